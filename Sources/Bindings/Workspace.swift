// Workspace: a session with everything that xai offers.
import Assets
import Displays
import Glibc
import Runtime
import Syntax
import Tensors

/// A session of the language with all natives and the library, and the transcript of what it said.
package final class Workspace {
  /// What compiles and runs.
  package let session: Session
  /// What was said, for pages.
  package let transcript: Transcript
  private let streams: RandomStreams

  /// A workspace whose output goes to `output`. Nil when there is no memory for the machine.
  package init?(output: any Output, seed: UInt64 = 0) {
    let transcript = Transcript(output)
    let streams = RandomStreams(seed: seed)
    let natives =
      Self.natives + randomNatives(streams) + samplingNatives(streams) + checkpointNatives(streams)
      + modelMakingNatives(streams) + sweepNatives(streams) + [pageNative(transcript)]
    guard
      let session = Session(
        natives: natives, library: Self.library, output: transcript,
        seed: seed)
    else { return nil }
    self.session = session
    self.transcript = transcript
    self.streams = streams
    transcript.facts = [Page.Fact("seed", String(seed))]
    session.machine.isInterrupted = { Interruption.requested }
    session.isolation = { streams.branched($0) }
  }

  /// Starts the random numbers anew, as `seed(number)` does.
  package func restart(seed: UInt64) { streams.restart(seed: seed) }

  /// Ends what runs after so many seconds with the error of a limit, also inside of a kernel.
  package func stop(after seconds: Double) {
    session.machine.deadline = .now + .seconds(seconds)
    let whole = min(seconds, 1e9).rounded(.down)
    var thread = pthread_t()
    let time = UnsafeMutablePointer<timespec>.allocate(capacity: 1)  // handed to the thread
    time.initialize(
      to: timespec(tv_sec: Int(whole), tv_nsec: Int((min(seconds, 1e9) - whole) * 1e9)))
    let status = pthread_create(
      &thread, nil,
      { pointer in
        guard let time = pointer?.assumingMemoryBound(to: timespec.self) else { return nil }
        while nanosleep(time, time) != 0 {}
        time.deallocate()
        Interruption.requested = true
        return nil
      }, time)
    if status == 0 { pthread_detach(thread) } else { time.deallocate() }
  }

  /// The natives that need nothing of a session, a family after another.
  private static let natives =
    makingNatives + elementNatives + SpecialNatives.all + orderingNatives + accumulatingNatives
    + countingNatives + shapingNatives + einsumNatives + linearAlgebraNatives + spectrumNatives
    + sparseNatives + neuralNatives + convolutionNatives + poolingNatives + borderNatives
    + gradientNatives + forwardNatives + mappingNatives + treeNatives + customGradientNatives
    + boundsNatives + modelNatives + savingNatives + tracingNatives + graphNatives
    + explainingNatives + multiplierNatives + splittingNatives + imageNatives + showingNatives
    + tableNatives + fileNatives

  /// All natives of this room, for tests and references.
  package static var nativesForDocumentation: [Native] {
    let streams = RandomStreams(seed: 0)
    return natives + randomNatives(streams) + samplingNatives(streams) + checkpointNatives(streams)
      + modelMakingNatives(streams) + sweepNatives(streams)
  }

  /// The modules written in the language.
  package static var library: Library {
    let (prefix, suffix) = ("Stdlib/", ".xai")
    let names = Assets.names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map {
      String($0.dropFirst(prefix.count).dropLast(suffix.count))
    }
    return Library(names: names) { name in
      Assets.text(named: prefix + name + suffix).map {
        Source(name: "<stdlib>/\(name).xai", text: $0)
      }
    }
  }
}

private func pageNative(_ transcript: Transcript) -> Native {
  Native(
    "save_page(path: String)", in: "showing",
    "Writes everything that was shown so far as one self-contained HTML page: text, code, pictures, tables."
  ) { _, arguments throws(Failure) in
    try Files.write(Array(transcript.html().utf8), to: arguments.string(0))
    return .none
  }
}
