import CommentCore
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import commentbot

/// What becomes of an upload whose job, recording or time is over.
@Suite struct UploadLifeTests {
  private struct State: Decodable {
    var offset, length: Int
    var audioHash, job: String?
  }

  private static func create(_ service: RunningService, _ length: Int, job: String) throws -> RunningService.Reply {
    try ResumableUploadTests.create(service, length, "filename YS53YXY=,job \(Data(job.utf8).base64EncodedString())")
  }

  private static func library(_ service: RunningService) throws -> Library {
    try Library(at: service.home.file("bd/commentbot/commentbot.sqlite"))
  }

  private static func head(_ service: RunningService, _ path: String) throws -> RunningService.Reply {
    try ResumableUploadTests.ask(service, "HEAD", path, ResumableUploadTests.tus)
  }

  @Test func job_thatNamesASourceOrAForeignBatch_isRefusedBeforeTheFirstByte() async throws {
    let service = try RunningService.server("--workers", "0")
    let foreign = try await SQLiteJobStore(Self.library(service)).makeBatch(name: nil, owner: "ann")
    let hash = String(repeating: "a", count: 64)
    for (job, status, param) in [
      (#"{"path": "/etc/passwd"}"#, 422, "path"), (#"{"audio_hash": "\#(hash)"}"#, 422, "audio_hash"),
      (#"{"batch": "none"}"#, 404, nil), (#"{"batch": "\#(foreign.id)"}"#, 404, nil),
    ] {
      let reply = try Self.create(service, 10, job: job)
      let problem: JobAPITests.Problem = try reply.json()
      #expect(reply.status == status && problem.param == param, "\(job): \(reply.body)")
    }
  }

  @Test func upload_whoseBatchHasGone_saysSoOnceAndIsThere() async throws {
    let service = try RunningService.server("--workers", "0")
    let store = SQLiteJobStore(try Self.library(service))
    let batch = try await store.makeBatch(name: nil, owner: Library.localOwner)
    let audio = try JobAPITests.noise("a.wav", in: service)
    let length = try Data(contentsOf: audio).count
    let job = #"{"kinds": "none", "batch": "\#(batch.id)"}"#
    let path = try #require(try Self.create(service, length, job: job).headers["location"])
    let later = Date(timeIntervalSinceNow: 60)
    #expect(try await store.prune(events: later, jobs: later).batches == 1)

    let end = try ResumableUploadTests.patch(service, path, at: 0, audio)
    let problem: JobAPITests.Problem = try end.json()
    #expect(end.status == 422 && problem.detail.contains("batch \(batch.id)"), "\(end.body)")
    let hash = try #require(end.headers["commentbot-audio-hash"])
    let head = try Self.head(service, path)
    #expect(head.status == 200 && head.headers["upload-offset"] == "\(length)")
    let state: State = try service.ask(path).json()
    #expect((state.offset, state.audioHash, state.job) == (length, hash, nil))
    #expect(try ResumableUploadTests.patch(service, path, at: length, audio).status == 422)
    #expect(try service.ask("/v1/jobs", "--json", #"{"audio_hash": "\#(hash)"}"#).status == 202)
  }

  /// A whole upload with a job: where it is, its size, and the hash of its bytes.
  private static func sent(_ service: RunningService) throws -> (path: String, length: Int, hash: String) {
    let audio = try JobAPITests.noise("a.wav", in: service)
    let length = try Data(contentsOf: audio).count
    let path = try #require(try create(service, length, job: #"{"kinds": "none"}"#).headers["location"])
    let hash = try ResumableUploadTests.patch(service, path, at: 0, audio).headers["commentbot-audio-hash"]
    return (path, length, try #require(hash))
  }

  @Test func recording_deleted_takesItsUploadsAlong() async throws {
    let service = try RunningService.server("--workers", "0")
    let (path, length, hash) = try Self.sent(service)
    let recording = Recording(
      sha256: hash, name: "a", path: "/elsewhere/a.wav", byteCount: length,
      facts: AudioFacts(container: "wav", codec: "pcm", sampleRate: 16_000, channels: 1, duration: 1))
    try await Self.library(service).save(recording, owner: Library.localOwner)

    let removed = try service.ask("/v1/recordings/\(hash)", "-X", "DELETE")
    #expect(removed.body.contains(#""jobs":1"#) && removed.body.contains(#""uploads":1"#), "\(removed.body)")
    #expect(try Self.head(service, path).status == 404)
    #expect(try service.ask(path).status == 404)
    #expect(try service.ask("/v1/jobs").body.contains(#""jobs":[]"#))
    #expect(try service.ask("/v1/jobs", "--json", #"{"audio_hash": "\#(hash)"}"#).status == 422)
  }

  @Test func job_thatHasServedItsTime_isNotMadeAnew() async throws {
    let service = try RunningService.server("--workers", "0")
    let (path, length, hash) = try Self.sent(service)
    let store = SQLiteJobStore(try Self.library(service))
    #expect(try await store.forget(audioHash: hash, owner: Library.localOwner) == 1)

    #expect(try Self.head(service, path).headers["upload-offset"] == "\(length)")
    let state: State = try service.ask(path).json()
    #expect(state.audioHash == hash && state.job == nil)
    #expect(try service.ask("/v1/jobs").body.contains(#""jobs":[]"#))
  }

  @Test func answers_ofAnyStatus_nameTheProtocol() throws {
    let service = try RunningService.server("--workers", "0")
    let audio = try JobAPITests.noise("a.wav", in: service)
    let tus = ResumableUploadTests.tus
    let path = try #require(try ResumableUploadTests.create(service, 10).headers["location"])
    let replies = [
      (200, try service.ask(path)),
      (404, try service.ask(path + "0")),
      (404, try Self.head(service, path + "0")),
      (405, try service.ask("/v1/uploads", "-X", "PUT")),
      (409, try ResumableUploadTests.patch(service, path, at: 5, audio)),
      (412, try ResumableUploadTests.ask(service, "POST", "/v1/uploads", ["-H", "Upload-Length: 5"])),
      (413, try ResumableUploadTests.patch(service, path, at: 0, audio)),
      (415, try ResumableUploadTests.ask(service, "PATCH", path, tus + ["-H", "Upload-Offset: 0"])),
      (403, try service.ask(path, "-H", "Origin: http://elsewhere.example")),
    ]
    for (status, reply) in replies {
      #expect(reply.status == status && reply.headers["tus-resumable"] == "1.0.0", "\(status): \(reply)")
    }
  }

  @Test func expiry_leavesWhatIsComingAlone() async throws {
    let scratch = try Scratch()
    let home = Home(root: scratch.url)
    let library = try Library(at: home.database)
    let intake = try JobIntake(home: home, library: library, jobs: SQLiteJobStore(library), settings: Settings())
    let clock = Mutex(Date())
    @Sendable func pass(hours: Double) { clock.withLock { $0 += hours * 3600 } }
    let uploads = ResumableUploads(library: library, intake: intake) { clock.withLock { $0 } }
    let upload = try await uploads.create(owner: "ann", length: 4, metadata: UploadMetadata(""))
    let asked = Mutex(0)
    // It is asked for the next bytes when those before are on the disk.
    let bytes = AsyncThrowingStream<[UInt8], any Error>(unfolding: {
      let piece = asked.withLock { asked in
        asked += 1
        return asked
      }
      switch piece {
      case 1: pass(hours: 23)
      case 2:
        let expires = try await library.upload(upload.id, owner: "ann").expires
        #expect(expires.timeIntervalSince(upload.expires) > 22 * 3600)
        pass(hours: 30)
        #expect(try await uploads.removeExpired() == 0)
      default: return nil
      }
      return Array("ab".utf8)
    })
    let end = try await uploads.append(bytes, to: upload, at: 0)
    #expect(end.offset == 4 && end.upload.sha256 != nil)
    // What nobody is at goes.
    pass(hours: 25)
    #expect(try await uploads.removeExpired() == 1)
  }
}
