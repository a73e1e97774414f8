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

  /// Many examples, more than the smallest budget can take at once, with every method, metric and bound.
  private static let batch = """
    import datasets, models, methods, metrics, decomposition, bounds, training
    let net = load("lenet-mnist")
    let x = mnist().test.images[0..<201]
    let few = x[0..<5]
    let quick = explain(net, x, with: [
      gradient, input_x_gradient, integrated_gradients(steps: 3), deeplift, lrp, smoothgrad(samples: 3), grad_cam,
      occlusion(window: 14, stride: 14), rise(masks: 6)])
    let slow = explain(net, few, with: [
      deeplift(rule: "reveal-cancel"), deeplift_shap(baselines: mnist().train.images[0..<3]),
      contextual_decomposition(groups: 14), contextual_decomposition(layer: "pool1", groups: 7)])
    for answer in [quick..., slow...] {
      print(answer.method.name, list(flatten(answer.values[.., 7])))
      for gaps in values(answer.checks) { print(list(gaps)) }
    }
    show evaluate(quick[0], with: [deletion(steps: 4), insertion(steps: 4), infidelity(samples: 4)])
    show evaluate(quick[0], with: max_sensitivity(samples: 2))
    print(list(flatten(margins(net, box(few, radius: 0.001), method: "interval"))))
    print(explanation_bounds(net, box(few, radius: 0.001)).change)
    print(list(flatten(predict(net, x))))
    let whole = try { grad(x => sum(net(x)))(x); "fits" } catch error { error.code }
    print("all at once:", whole)
    """

  @Test func `a batch that is too large for the memory is explained in portions, to the same bits`()
    throws
  {
    var outputs: [[String]] = []
    for memory in ["70MB", "100MB", "2GB"] {
      let outcome = try run(
        executable, ["run", "--memory", memory, "--seed", "3", "-"], input: Data(Self.batch.utf8))
      #expect(outcome.code == 0, "\(memory): \(outcome.errors)")
      outputs.append(outcome.output.components(separatedBy: "all at once:"))
    }
    #expect(Set(outputs.map { $0[0] }).count == 1)
    #expect(outputs.first?.last?.contains("X0606") == true)
    #expect(outputs.last?.last?.contains("fits") == true)
  }

  /// What a budget changes.
  private static let budgeted = """

    for answer in answers { print(list(flatten(answer.values))) }
    print("portions:", len(portions(1000, () => grad(x => sum(net(x)))(x[none]))))
    """
}
