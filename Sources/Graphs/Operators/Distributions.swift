// The incomplete gamma and beta functions, Student's and Fisher's distributions, their densities and inverses.
import Tensors

extension Pullback {
  /// Throws if the gradient at one of the first `count` operands from `first` on is asked for.
  fileprivate func refuse(
    _ parameters: Range<Int>, of operation: String, _ what: String
  ) throws(GraphError) {
    for index in parameters where index < wanted.count && wanted[index] {
      throw .derivative(
        operation: operation,
        reason: "there is no closed form of the derivative in \(what); use stop_gradient there")
    }
  }

  /// The gradient times ± `slope`, or divided by it, at operand `index`.
  fileprivate func along(
    _ index: Int, _ slope: Variable, falling: Bool, inverse: Bool = false
  ) throws(GraphError) -> Variable {
    let product = try inverse ? gradient / slope : gradient * slope
    return try (falling ? -product : product).summed(to: inputs[index].shape)
  }
}

/// P(a, x) = γ(a, x) / Γ(a) of operands a > 0 and x >= 0, or its complement. Differentiable in x.
package struct IncompleteGamma: SpecialOperator {
  package static let name = "incomplete gamma"
  package static let arity = 2...2
  package let upper: Bool
  package var kernel: SpecialKernel { .incompleteGamma(upper: upper) }

  package init(upper: Bool = false) { self.upper = upper }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(0..<1, of: Self.name, "the shape")
    let gradient = try pullback.want(1) { () throws(GraphError) in
      try pullback.along(1, apply(GammaDensity(), pullback.inputs), falling: upper)
    }
    return [nil, gradient]
  }
}

/// x^(a - 1) e^-x / Γ(a) of operands a > 0 and x: the density of a gamma variable.
package struct GammaDensity: SpecialOperator {
  package static let name = "gamma density"
  package static let arity = 2...2
  package var kernel: SpecialKernel { .gammaDensity }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, x, y) = (pullback.inputs[0], pullback.inputs[1], pullback.output)
    return [
      try pullback.want(0) { () throws(GraphError) in
        try pullback.along(
          0, y * (x.applying(Log()) - a.applying(Polygamma(0))), falling: false)
      },
      try pullback.want(1) { () throws(GraphError) in
        try pullback.along(1, y * ((a - 1) / x - 1), falling: false)
      },
    ]
  }
}

/// The x with P(a, x) = p of operands a > 0 and p from 0 to 1, or with the complement. Differentiable in p.
package struct InverseIncompleteGamma: SpecialOperator {
  package static let name = "inverse incomplete gamma"
  package static let arity = 2...2
  package let upper: Bool
  package var kernel: SpecialKernel { .inverseIncompleteGamma(upper: upper) }

  package init(upper: Bool = false) { self.upper = upper }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(0..<1, of: Self.name, "the shape")
    let gradient = try pullback.want(1) { () throws(GraphError) in
      let slope = try apply(GammaDensity(), [pullback.inputs[0], pullback.output])
      return try pullback.along(1, slope, falling: upper, inverse: true)
    }
    return [nil, gradient]
  }
}

/// I_x(a, b) of operands a, b > 0 and x from 0 to 1, or its complement. Differentiable in x.
package struct IncompleteBeta: SpecialOperator {
  package static let name = "incomplete beta"
  package static let arity = 3...3
  package let upper: Bool
  package var kernel: SpecialKernel { .incompleteBeta(upper: upper) }

  package init(upper: Bool = false) { self.upper = upper }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(0..<2, of: Self.name, "a parameter")
    let gradient = try pullback.want(2) { () throws(GraphError) in
      try pullback.along(2, apply(BetaDensity(), pullback.inputs), falling: upper)
    }
    return [nil, nil, gradient]
  }
}

/// x^(a - 1) (1 - x)^(b - 1) / B(a, b) of operands a, b > 0 and x: the density of a beta variable.
package struct BetaDensity: SpecialOperator {
  package static let name = "beta density"
  package static let arity = 3...3
  package var kernel: SpecialKernel { .betaDensity }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, b, x) = (pullback.inputs[0], pullback.inputs[1], pullback.inputs[2])
    func parameter(_ index: Int, _ logarithm: Variable) throws(GraphError) -> Variable {
      let own = try pullback.inputs[index].applying(Polygamma(0))
      let slope = try logarithm - own + (a + b).applying(Polygamma(0))
      return try pullback.along(index, pullback.output * slope, falling: false)
    }
    return [
      try pullback.want(0) { () throws(GraphError) in try parameter(0, x.applying(Log())) },
      try pullback.want(1) { () throws(GraphError) in
        try parameter(1, (-x).applying(LogOfOnePlus()))
      },
      try pullback.want(2) { () throws(GraphError) in
        let slope = try (a - 1) / x + (b - 1) / (x - 1)
        return try pullback.along(2, pullback.output * slope, falling: false)
      },
    ]
  }
}

/// The x with I_x(a, b) = p of operands a, b > 0 and p from 0 to 1, or with the complement. Differentiable in p.
package struct InverseIncompleteBeta: SpecialOperator {
  package static let name = "inverse incomplete beta"
  package static let arity = 3...3
  package let upper: Bool
  package var kernel: SpecialKernel { .inverseIncompleteBeta(upper: upper) }

  package init(upper: Bool = false) { self.upper = upper }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(0..<2, of: Self.name, "a parameter")
    let gradient = try pullback.want(2) { () throws(GraphError) in
      let slope = try apply(
        BetaDensity(), [pullback.inputs[0], pullback.inputs[1], pullback.output])
      return try pullback.along(2, slope, falling: upper, inverse: true)
    }
    return [nil, nil, gradient]
  }
}

/// Student's t distribution function of x and the degrees of freedom, or its complement. Differentiable in x.
package struct StudentDistribution: SpecialOperator {
  package static let name = "student cdf"
  package static let arity = 2...2
  package let upper: Bool
  package var kernel: SpecialKernel { .studentCdf(upper: upper) }

  package init(upper: Bool = false) { self.upper = upper }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(1..<2, of: Self.name, "the degrees of freedom")
    let gradient = try pullback.want(0) { () throws(GraphError) in
      let slope = try Self.density(pullback.inputs[0], pullback.inputs[1])
      return try pullback.along(0, slope, falling: upper)
    }
    return [gradient, nil]
  }

  /// (1 + x² / n)^(-(n + 1) / 2) / (√n B(n / 2, 1 / 2)).
  static func density(_ x: Variable, _ degrees: Variable) throws(GraphError) -> Variable {
    let beta = try apply(LogBeta(), [degrees * 0.5, .number(0.5, like: degrees)])
    let tail = try (x * x / degrees).applying(LogOfOnePlus()) * (degrees + 1) * 0.5
    return try (-(beta + tail)).applying(Exp()) / degrees.applying(SquareRoot())
  }
}

/// The number below which a share p of Student's t distribution lies. Differentiable in p.
package struct StudentQuantile: SpecialOperator {
  package static let name = "student quantile"
  package static let arity = 2...2
  package var kernel: SpecialKernel { .studentQuantile }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(1..<2, of: Self.name, "the degrees of freedom")
    let gradient = try pullback.want(0) { () throws(GraphError) in
      let slope = try StudentDistribution.density(pullback.output, pullback.inputs[1])
      return try pullback.along(0, slope, falling: false, inverse: true)
    }
    return [gradient, nil]
  }
}

/// The F distribution function of x and both degrees of freedom, or its complement. Differentiable in x.
package struct FisherDistribution: SpecialOperator {
  package static let name = "f cdf"
  package static let arity = 3...3
  package let upper: Bool
  package var kernel: SpecialKernel { .fisherCdf(upper: upper) }

  package init(upper: Bool = false) { self.upper = upper }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(1..<3, of: Self.name, "the degrees of freedom")
    let gradient = try pullback.want(0) { () throws(GraphError) in
      let (x, m, n) = (pullback.inputs[0], pullback.inputs[1], pullback.inputs[2])
      return try pullback.along(0, Self.density(x, m, n), falling: upper)
    }
    return [gradient, nil, nil]
  }

  /// The density of z = m x / (m x + n), which is a beta variable, times dz/dx.
  static func density(
    _ x: Variable, _ m: Variable, _ n: Variable
  ) throws(GraphError) -> Variable {
    let total = try m * x + n
    let beta = try apply(BetaDensity(), [m * 0.5, n * 0.5, m * x / total])
    return try beta * (m / total) * (n / total)
  }
}

/// The number below which a share p of the F distribution lies. Differentiable in p.
package struct FisherQuantile: SpecialOperator {
  package static let name = "f quantile"
  package static let arity = 3...3
  package var kernel: SpecialKernel { .fisherQuantile }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    try pullback.refuse(1..<3, of: Self.name, "the degrees of freedom")
    let gradient = try pullback.want(0) { () throws(GraphError) in
      let slope = try FisherDistribution.density(
        pullback.output, pullback.inputs[1], pullback.inputs[2])
      return try pullback.along(0, slope, falling: false, inverse: true)
    }
    return [gradient, nil, nil]
  }
}
