// `xai sweep`: a script for every combination of its parameters.
import Foundation
import Testing

@Suite struct SweepCommandTests {
  /// A folder with a script of two parameters that gives a record.
  private func folder(_ script: String) throws -> URL {
    let folder = temporaryPath()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try script.write(to: folder.appending(path: "script.xai"), atomically: true, encoding: .utf8)
    return folder
  }

  private static let script = """
    param steps = 1   ## how many
    param name = "a"
    print("said")
    if steps == 3 and name == "b" { raise "three" }
    {total: steps * 2, first: name, noise: float(uniform([1])[0])}
    """

  private func sweep(_ arguments: [String], in folder: URL) throws -> (
    code: Int32, output: String, errors: String
  ) {
    let outcome = try run(
      executable, ["sweep", "script.xai"] + arguments,
      environment: ["HOME": "/nowhere", "NO_COLOR": "1", "XAI_PATH": "", "XAI_THREADS": "2"],
      folder: folder)
    return (outcome.code, outcome.output, outcome.errors)
  }

  @Test func `every combination is a row, the last parameter varying fastest`() throws {
    let folder = try folder(Self.script)
    defer { try? FileManager.default.removeItem(at: folder) }
    var tables: [String] = []
    for jobs in ["1", "2"] {
      let outcome = try sweep(
        ["--steps", "1..2", "--name", "a,b", "--seed", "5,6", "--jobs", jobs, "--out", "rows.csv"],
        in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(!outcome.output.contains("said"))
      tables.append(try String(contentsOf: folder.appending(path: "rows.csv"), encoding: .utf8))
    }
    #expect(tables[0] == tables[1])
    let lines = tables[0].split(separator: "\n").map(String.init)
    #expect(lines.count == 9)
    #expect(lines[0] == "steps,name,seed,total,first,noise")
    #expect(lines[1].hasPrefix("1,a,5,2,a,"))
    #expect(lines[2].hasPrefix("1,a,6,2,a,"))
    #expect(lines[8].hasPrefix("2,b,6,4,b,"))
    // The noise depends on the seed alone, and is what `xai run --seed` gives.
    #expect(lines[1].split(separator: ",").last == lines[3].split(separator: ",").last)
    #expect(lines[1].split(separator: ",").last != lines[2].split(separator: ",").last)
  }

  @Test func `an error names its run, and what is finished is not run again`() throws {
    let folder = try folder(Self.script)
    defer { try? FileManager.default.removeItem(at: folder) }
    let arguments = ["--steps", "1,3", "--name", "a,b", "--keep", "rows.jsonl", "--jobs", "1"]
    let outcome = try sweep(arguments, in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("error[X0300]: three"))
    #expect(outcome.errors.contains("It happened in the run steps: 3, name: b."))
    #expect(outcome.errors.contains("script.xai:4"))
    let kept = folder.appending(path: "rows.jsonl")
    #expect(try String(contentsOf: kept, encoding: .utf8).split(separator: "\n").count == 3)
    let again = try sweep(arguments, in: folder)
    #expect(again.code == 1)
    #expect(try String(contentsOf: kept, encoding: .utf8).split(separator: "\n").count == 3)
  }

  @Test(arguments: [
    (["--step", "1,2"], 65, "did you mean --steps?"), ([] as [String], 2, "--steps 10,50"),
    (["--steps", "3..1"], 2, "no numbers"), (["--seed", "x,y"], 65, "a seed is"),
    (["--steps", "1,2", "--jobs", "0"], 2, "--jobs is from 1"),
    (["--steps", "1,b"], 1, "`steps` must be an Int"),
  ])
  func `a sweep that cannot be done says why`(_ arguments: [String], _ code: Int, _ words: String)
    throws
  {
    let folder = try folder(Self.script)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = try sweep(arguments, in: folder)
    #expect(Int(outcome.code) == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }
}
