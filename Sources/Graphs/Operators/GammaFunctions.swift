// The error function's kin, the gamma function and its derivatives.
import Tensors

/// 1 - erf(x), exact also where it is tiny; derivative -2/√π e^(-x²).
package struct ComplementaryErrorFunction: SpecialOperator, SymmetricOperator {
  package static let name = "erfc"
  package var kernel: SpecialKernel { .erfc }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let x = pullback.inputs[0]
    let bell = try (-(x * x)).applying(Exp())
    return [try pullback.gradient * bell * (-2 / Double.pi.squareRoot())]
  }
}

/// The x with erf(x) = p; NaN outside of -1...1.
package struct InverseErrorFunction: SpecialOperator, SymmetricOperator {
  package static let name = "inverse erf"
  package var kernel: SpecialKernel { .inverseErf }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let y = pullback.output
    return [try pullback.gradient * (y * y).applying(Exp()) * (Double.pi.squareRoot() / 2)]
  }
}

/// The x with erfc(x) = q; NaN outside of 0...2.
package struct InverseComplementaryErrorFunction: SpecialOperator, SymmetricOperator {
  package static let name = "inverse erfc"
  package var kernel: SpecialKernel { .inverseErfc }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let y = pullback.output
    return [try pullback.gradient * (y * y).applying(Exp()) * (-Double.pi.squareRoot() / 2)]
  }
}

/// log |Γ(x)|; derivative ψ(x).
package struct LogGamma: SpecialOperator, SymmetricOperator {
  package static let name = "log gamma"
  package var kernel: SpecialKernel { .logGamma }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(Polygamma(0))]
  }
}

/// The derivative of `order` 0, 1, … of ψ(x), which is the derivative of log Γ(x).
package struct Polygamma: SpecialOperator, SymmetricOperator {
  package static let name = "polygamma"
  package let order: Int
  package var kernel: SpecialKernel { .polygamma(order) }

  package init(_ order: Int) { self.order = max(order, 0) }

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    [try pullback.gradient * pullback.inputs[0].applying(Polygamma(order &+ 1))]
  }
}

/// log B(a, b), B(a, b) = Γ(a) Γ(b) / Γ(a + b), for a, b > 0.
package struct LogBeta: SpecialOperator {
  package static let name = "log beta"
  package static let arity = 2...2
  package var kernel: SpecialKernel { .logBeta }
  package init() {}

  package func derivative(_ pullback: Pullback) throws(GraphError) -> [Variable?] {
    let (a, b, gradient) = (pullback.inputs[0], pullback.inputs[1], pullback.gradient)
    let both = try (a + b).applying(Polygamma(0))
    return [
      try pullback.want(0) { () throws(GraphError) in
        try (gradient * (a.applying(Polygamma(0)) - both)).summed(to: a.shape)
      },
      try pullback.want(1) { () throws(GraphError) in
        try (gradient * (b.applying(Polygamma(0)) - both)).summed(to: b.shape)
      },
    ]
  }
}
