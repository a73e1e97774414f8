// The same script writes the same bytes, whatever the number of threads and however often it runs.
import Foundation
import Testing

struct DeterminismTests {
  /// A lesson in small: a network, predictions, gradients, sampled and masked explanations, metrics.
  static let lesson = """
    import datasets, models, methods, metrics
    let net = load("lenet-mnist")
    let x = mnist().test.images[700]
    show net(x) |> top(3)
    let answers = explain(net, x, target: 7, with: [
      gradient, integrated_gradients(steps: 8), smoothgrad, lrp, rise(masks: 40), occlusion])
    show answers
    show evaluate(answers, with: [deletion, infidelity])
    print(sum(answers[0].values), answers[4].values[0, 14, ..])
    """

  static let numbers = """
    let a = normal([64, 300])
    let b = normal([300, 200])
    let c = a @ b
    print(sum(c), mean(c * c), max(c))
    show softmax(c)[0, 0..<5]
    show [uniform([3]) for i in 0..<4]
    let f = grad(w => sum(tanh(a @ w) ** 2))
    print(sum(f(b)))
    """

  static let records = """
    var counts = {}
    for word in split("the cat and the dog and the bird") {
      counts[word] = (if word in counts { counts[word] } else { 0 }) + 1
    }
    show counts
    show sort([[-counts[k], k] for k in keys(counts)])
    show join([string(x) for x in [0.1 + 0.2, 1e21, 1.0, true, none]], " ")
    """

  @Test(arguments: [("lesson", lesson), ("numbers", numbers), ("records", records)])
  func `output does not depend on threads or on the run`(_ name: String, _ script: String) throws {
    var outputs: [String] = []
    for threads in ["1", "2", "3", "2"] {
      let outcome = try run(
        executable, ["run", "--threads", threads, "--seed", "3", "-"], input: Data(script.utf8))
      #expect(outcome.code == 0, "\(name): \(outcome.errors)")
      outputs.append(outcome.output)
    }
    #expect(outputs[0].count > 40, "\(name): \(outputs[0])")
    #expect(Set(outputs).count == 1, "\(name) differs")
  }

  @Test func `explanations do not depend on the memory that they are given`() throws {
    var outputs: [String] = []
    for memory in ["48MB", "90MB", "2GB"] {
      let outcome = try run(
        executable, ["run", "--memory", memory, "--seed", "3", "-"],
        input: Data((Self.lesson + Self.budgeted).utf8))
      #expect(outcome.code == 0, "\(memory): \(outcome.errors)")
      outputs.append(outcome.output)
    }
    #expect(Set(outputs.map { $0.components(separatedBy: "portions:")[0] }).count == 1)
    // The budgets differ in what is computed at once, or nothing was tested.
    #expect(Set(outputs).count > 1)
  }

  /// What a budget changes.
  private static let budgeted = """

    for answer in answers { print(list(flatten(answer.values))) }
    print("portions:", len(portions(1000, () => grad(x => sum(net(x)))(x[none]))))
    """
}
