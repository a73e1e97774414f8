/// The script of the language page, read whole.

import Syntax
import Testing

struct FirstScriptTests {
  @Test func `a whole script is read without a complaint`() {
    let (script, diagnostics) = Parser.parse(Source(name: "first.xai", text: first))
    #expect(diagnostics.isEmpty)
    #expect(
      script.cells.map(\.title) == [
        "", "", "The prediction, and four answers to \"why\"", "Which one to believe?",
      ])
  }

  let first = #"""
    #!/usr/bin/env xai
    # %% [markdown]
    # # Why does the network see a seven?
    # %%
    import datasets, models, methods, metrics

    param steps = 64            ## points on the path of integrated gradients
    param digit = 7

    let data = mnist()
    let net  = load("lenet-mnist")                     # from the model shelf; also load("file.onnx")
    let x    = data.test.images[data.test.labels == digit][0]

    # %% The prediction, and four answers to "why"
    net(x) |> top(3)

    let answers = explain(net, x, target: digit, with: [
        gradient, integrated_gradients(steps: steps), lrp("epsilon-plus"), rise(masks: 4000)])
    show answers                                        # heatmaps side by side, in the terminal or the page

    # %% Which one to believe?
    let scores = evaluate(answers, with: [deletion, insertion, infidelity, max_sensitivity])
    show scores                                         # a table: methods × metrics, with standard errors
    expect scores["rise", "deletion"] < scores["gradient", "deletion"]
    """#
}
