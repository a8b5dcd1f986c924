/// The decoded audio of a source: the mix, or each of its channels that has a sound of its own.
struct SourceAudio: Sendable {
  struct Channel: Sendable {
    /// nil where speakers are not told apart.
    var speaker: String?
    var audio: CachedAudio
  }

  /// At least one, all of the same length.
  let channels: [Channel]

  /// - Parameter decoded: the mix, or all channels in their order.
  init(_ decoded: [CachedAudio]) {
    var own: [Int] = []
    for (index, channel) in decoded.enumerated() {
      // A file made of one microphone may have it on both channels: everything would be said twice.
      if !own.contains(where: { decoded[$0].samples.isSameSound(as: channel.samples) }) { own.append(index) }
    }
    channels = own.map { index in
      Channel(speaker: own.count > 1 ? SpokenChannel.speaker(ofChannel: index) : nil, audio: decoded[index])
    }
  }

  var facts: AudioFacts { channels[0].audio.facts }

  /// Seconds of each channel.
  var duration: Double { channels[0].audio.samples.duration }

  /// Seconds of all channels together.
  var totalDuration: Double { channels.reduce(0) { $0 + $1.audio.samples.duration } }

  /// Seconds that had to be decoded now, over all channels.
  var decodedSeconds: Double {
    channels.reduce(0) { $0 + ($1.audio.isReused ? 0 : $1.audio.facts.duration) }
  }
}
