import CommentCore
import Foundation
import TestSupport
import Testing

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
}
