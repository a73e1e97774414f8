// RuleSet: which rule holds where in a network; the named composites.
import Graphs

/// How a walk passes activations.
package enum ActivationRule: Sendable, Equatable {
  /// Relevance passes unchanged.
  case pass
  /// By the derivative.
  case gradient
  /// max(R, 0): deconvolution (Zeiler and Fergus 2014). Only for relu; others by the derivative.
  case deconvolution
  /// max(R, 0) where the input was positive: guided backpropagation (Springenberg et al. 2015).
  /// Only for relu; others by the derivative.
  case guided
  /// R · sigmoid(beta x) (Dombrowski et al. 2019). Only for relu; others by the derivative.
  case smooth(beta: Double)
}

/// How a walk passes sums of branches, averages and the like.
package enum SumRule: Sendable, Equatable {
  /// In proportion to the contributions, with stabiliser 1e-6. Where two branches nearly cancel,
  /// as in residual networks, shares of either sign grow without bound.
  case proportional
  /// In proportion to the contributions' absolute values where two branches meet (Otsuki et al.
  /// 2024, section 3.3, ratio-based splitting), so that no share exceeds what is shared;
  /// elsewhere as `proportional`.
  case magnitude
  /// By the derivative.
  case gradient

  /// The rules that a rule set for relevance may be given.
  package static let named: [String: SumRule] = [
    "proportional": .proportional, "magnitude": .magnitude,
  ]
}

/// Rules by the kind of operator. The first linear operator of the network (in the order in which
/// they ran) and single layers may have rules of their own.
package struct RuleSet: Sendable {
  /// As in `RuleSet.named`.
  package var name: String
  package var convolution: Rule
  package var dense: Rule
  /// For the first linear operator; nil: as the others.
  package var first: Rule?
  /// Whether `first` is for the first convolution, even where a dense layer comes before it.
  package var firstIsConvolution: Bool
  package var activation: ActivationRule
  package var sum: SumRule
  /// Whether rules act as if linear operators had no bias, so that biases absorb nothing. (Which
  /// outputs of the gamma rule count as positive is still decided with the bias.)
  package var ignoresBias: Bool
  /// By layer name; these come before all else.
  package var layers: [String: Rule]

  package init(
    _ name: String, convolution: Rule, dense: Rule, first: Rule? = nil,
    firstIsConvolution: Bool = false, activation: ActivationRule = .pass,
    sum: SumRule = .proportional, ignoresBias: Bool = false, layers: [String: Rule] = [:]
  ) {
    self.name = name
    self.convolution = convolution
    self.dense = dense
    self.first = first
    self.firstIsConvolution = firstIsConvolution
    self.activation = activation
    self.sum = sum
    self.ignoresBias = ignoresBias
    self.layers = layers
  }

  /// One rule for every linear operator.
  package init(_ name: String, every rule: Rule, first: Rule? = nil, ignoresBias: Bool = false) {
    self.init(name, convolution: rule, dense: rule, first: first, ignoresBias: ignoresBias)
  }
}

extension RuleSet {
  /// The names that `named` knows.
  package static let names = [
    "epsilon", "epsilon-plus", "epsilon-plus-flat", "epsilon-alpha2-beta1",
    "epsilon-alpha2-beta1-flat", "epsilon-gamma-box", "zplus", "gamma", "wsquare", "flat",
    "excitation-backprop", "guided-backprop", "deconvolution", "beta-smooth",
  ]

  /// A composite by name, with the settings that Zennit (Anders et al. 2021) gives it: dense layers
  /// epsilon 1e-6, convolutions z-plus, alpha 2 beta 1 or gamma 0.25, "-flat" a flat first layer,
  /// "-box" a z^B first convolution for inputs in [low, high]. The last four start from 1 and are
  /// gradients with another rule for relu (or, for excitation backpropagation, for everything
  /// linear). nil for another name.
  package static func named(_ name: String, low: Double = 0, high: Double = 1) -> RuleSet? {
    let epsilon = Rule.epsilon(standardStabiliser)
    let alphaBeta = Rule.alphaBeta(alpha: 2, beta: 1)
    func gradientLike(_ activation: ActivationRule) -> RuleSet {
      RuleSet(
        name, convolution: .gradient, dense: .gradient, activation: activation, sum: .gradient)
    }
    switch name {
    case "epsilon": return RuleSet(name, every: epsilon)
    case "epsilon-plus": return RuleSet(name, convolution: .zPlus, dense: epsilon)
    case "epsilon-plus-flat":
      return RuleSet(name, convolution: .zPlus, dense: epsilon, first: .flat)
    case "epsilon-alpha2-beta1": return RuleSet(name, convolution: alphaBeta, dense: epsilon)
    case "epsilon-alpha2-beta1-flat":
      return RuleSet(name, convolution: alphaBeta, dense: epsilon, first: .flat)
    case "epsilon-gamma-box":
      return RuleSet(
        name, convolution: .gamma(0.25), dense: epsilon, first: .zBox(low: low, high: high),
        firstIsConvolution: true)
    case "zplus": return RuleSet(name, every: .zPlus)
    case "gamma": return RuleSet(name, every: .gamma(0.25))
    case "wsquare": return RuleSet(name, every: .wSquare)
    case "flat": return RuleSet(name, every: .flat)
    case "excitation-backprop":
      return RuleSet(name, convolution: .zPlus, dense: .zPlus, activation: .gradient)
    case "guided-backprop": return gradientLike(.guided)
    case "deconvolution": return gradientLike(.deconvolution)
    case "beta-smooth": return gradientLike(.smooth(beta: 10))
    default: return nil
    }
  }

  /// The rule for the linear operator of this kind in this layer.
  func rule(for kind: LinearKind, layer: String, isFirst: Bool) -> Rule {
    if let own = layers[layer] { return own }
    if isFirst, let first { return first }
    return kind == .convolution ? convolution : dense
  }
}
