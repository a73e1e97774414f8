// Methods and metrics of Stdlib against the values that other libraries give.
import Foundation
import Testing

/// One comparison: what to compute, in the language, and the name of the expected tensor of the case.
struct Comparison: CustomTestStringConvertible, Sendable {
  let id: String
  let code: String
  let expected: String

  init(_ id: String, _ code: String, _ expected: String) {
    self.id = id
    self.code = code
    self.expected = expected
  }

  var testDescription: String { "\(id): \(code)" }
}

@Suite struct ReferenceTests {
  static let methods: [Comparison] = [
    Comparison(
      "gradients/mlp_relu__saliency", "gradient(net, x, target).values", "expected.signed"),
    Comparison(
      "gradients/cnn_small__saliency", "gradient(net, x, target).values", "expected.signed"),
    Comparison(
      "gradients/cnn_residual__saliency", "gradient(net, x, target).values", "expected.signed"),
    Comparison(
      "gradients/cnn_small__input_x_gradient", "input_x_gradient(net, x, target).values",
      "expected.attributions"),
    Comparison(
      "gradients/cnn_residual__input_x_gradient", "input_x_gradient(net, x, target).values",
      "expected.attributions"),
    Comparison(
      "gradients/cnn_small__integrated_gradients_gausslegendre",
      "integrated_gradients(net, x, target, steps: 20).values", "expected.attributions"),
    Comparison(
      "gradients/cnn_residual__integrated_gradients_gausslegendre",
      "integrated_gradients(net, x, target, steps: 20).values", "expected.attributions"),
    Comparison(
      "gradients/mlp_tanh__integrated_gradients_gausslegendre",
      "integrated_gradients(net, x, target, steps: 20).values", "expected.attributions"),
    Comparison(
      "gradients/cnn_residual__integrated_gradients_baseline",
      "integrated_gradients(net, x, target, steps: 64, baseline: case[\"input.baseline\"]).values",
      "expected.attributions"),
    Comparison(
      "gradients/cnn_small__noise_tunnel",
      """
      smoothgrad(net, x, target,
        noise: permute(reshape(case["input.noise"], [2, 6, 1, 16, 16]), [1, 0, 2, 3, 4])).values
      """, "expected.smoothgrad"),
    Comparison(
      "cam/cnn_residual__block2_relu2__captum_grad_cam",
      "grad_cam(net, x, target, layer: \"block2.relu2\").values", "expected.bilinear"),
    Comparison(
      "cam/cnn_residual__block1_relu2__captum_grad_cam",
      "grad_cam(net, x, target, layer: \"block1.relu2\").values", "expected.bilinear"),
    Comparison(
      "cam/cnn_small__relu1__captum_grad_cam",
      "grad_cam(net, x, target, layer: \"relu1\").values", "expected.bilinear"),
    Comparison(
      "cam/cnn_small__relu1__captum_grad_cam",
      "grad_cam(net, x, target, layer: \"relu1\", rectified: false).values", "expected.raw"),
    Comparison(
      "propagation/mlp_relu__zennit__epsilon_plus", "lrp(net, x, target).values",
      "expected.relevance"),
    Comparison(
      "propagation/cnn_small__zennit__epsilon_plus", "lrp(net, x, target).values",
      "expected.relevance"),
    Comparison(
      "propagation/cnn_residual__zennit__epsilon_plus", "lrp(net, x, target).values",
      "expected.relevance"),
    Comparison(
      "perturbation/cnn_residual__occlusion_w3x6x6_s3x6x6",
      "occlusion(net, x, target, window: 6, stride: 6).values", "expected.attributions"),
    Comparison(
      "perturbation/cnn_small__occlusion_w1x5x5_s1x3x3",
      "occlusion(net, x, target, window: 5, stride: 3, fill: 0.5).values", "expected.attributions"),
    Comparison(
      "perturbation/cnn_small__rise",
      """
      stack([reshape(rise(net, x, c, masks: reshape(case["input.masks"], [40, 16, 16])).values, [16, 16])
        for c in 0..<10])
      """, "expected.saliency"),
    Comparison(
      "perturbation/cnn_residual__rise",
      """
      stack([reshape(rise(net, x, c, masks: reshape(case["input.masks"], [40, 24, 24])).values, [24, 24])
        for c in 0..<10])
      """, "expected.saliency"),
  ]

  static let metrics: [Comparison] =
    ["cnn_small", "cnn_residual"].flatMap { model in
      [
        Comparison(
          "metrics/\(model)__insertion_deletion",
          "deletion(answer, net, x, target, steps: 12).scores",
          "expected.deletion_zero_auc"),
        Comparison(
          "metrics/\(model)__insertion_deletion",
          "insertion(answer, net, x, target, steps: 12, blur: 0).scores",
          "expected.insertion_zero_auc"),
        Comparison(
          "metrics/\(model)__insertion_deletion",
          "insertion(answer, net, x, target, steps: 12, blur: 5).scores",
          "expected.insertion_blur_auc"),
        Comparison(
          "metrics/\(model)__max_sensitivity",
          "max_sensitivity(answer, net, x, target, radius: case[\"input.noise\"]).scores",
          "expected.score"),
      ]
    } + [
      Comparison(
        "metrics/cnn_small__captum_infidelity_sensitivity",
        "infidelity(answer, net, x, target, noise: case[\"input.noise\"], normalised: false).scores",
        "expected.infidelity"),
      Comparison(
        "metrics/cnn_small__captum_infidelity_sensitivity",
        "infidelity(answer, net, x, target, noise: case[\"input.noise\"]).scores",
        "expected.infidelity_normalised"),
    ]

  static let multipliers: [Comparison] =
    ["mlp_relu", "mlp_tanh", "mlp_softplus", "cnn_small", "cnn_residual", "cnn_concat"].flatMap {
      model in
      [
        Comparison(
          "gradients/\(model)__deeplift", "deeplift(net, x, target).values",
          "expected.zero_baseline"),
        Comparison(
          "gradients/\(model)__deeplift",
          "deeplift(net, x, target, baseline: case[\"input.baseline\"]).values",
          "expected.given_baseline"),
        Comparison(
          "gradients/\(model)__deeplift",
          "multipliers(scorer(net, x, target), case[\"input.baseline\"])(x)",
          "expected.multipliers"),
      ]
    }
    + ["mlp_relu", "mlp_tanh", "mlp_softplus", "cnn_small"].map { model in
      Comparison(
        "gradients/\(model)__deeplift_shap",
        "deeplift_shap(net, x, target, baselines: case[\"input.baselines\"]).values",
        "expected.attributions")
    }

  @Test(arguments: methods + multipliers) func `a method gives what another library gives`(
    _ comparison: Comparison
  ) throws {
    try check(comparison, "")
  }

  @Test(arguments: metrics) func `a metric gives what another library gives`(
    _ comparison: Comparison
  ) throws {
    try check(
      comparison,
      """
      let answer = attribution({values: case["input.attribution"]}, method: gradient, model: net, input: x,
        target: target, seconds: 0.0)
      """)
  }

  /// Runs the code and compares within the tolerance that the manifest states.
  private func check(_ comparison: Comparison, _ preparation: String) throws {
    let reference = try #require(ReferenceCase.all[comparison.id])
    let model = try #require(reference.model)
    let tolerance = try #require(reference.tolerances[comparison.expected])
    let script = try Script()
    try script.run(
      """
      import models, methods, metrics
      let case = tensors("\(reference.file)")
      let net = load("\(model)")
      let x = case["input.x"]
      let target = if has(case, "input.target") { case["input.target"] } else { 0 }
      \(preparation)
      """)
    let expected = try script.numbers("case[\"\(comparison.expected)\"]")
    let found = try script.numbers(comparison.code)
    #expect(found.shape == expected.shape)
    try #require(found.values.count == expected.values.count)
    let excess = zip(found.values, expected.values).map {
      abs($0 - $1) - tolerance.absolute - tolerance.relative * abs($1)
    }
    let worst = excess.max() ?? 0
    #expect(worst <= 0, "off by \(worst) more than the tolerance")
  }
}
