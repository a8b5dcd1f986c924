import ArgumentParser

/// The recording that a command is about.
struct RecordingArgument: ParsableArguments {
  @Argument(
    help: "Id from `commentbot list`, 4 or more digits of its beginning, or the recording's name, file or folder.")
  var id: String
}
