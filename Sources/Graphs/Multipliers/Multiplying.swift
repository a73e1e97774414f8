// How multipliers pass each operator: by the rule of its kind, or by one that it names here.
import Tensors

private let sum = ByDerivative(.added(subtracted: []))
private let movement = ByDerivative(.moved)

// Kinds.
extension UnaryOperator { package var multiplying: any MultiplierRule { SharedByOrders() } }
extension BinaryOperator { package var multiplying: any MultiplierRule { SharedByOrders() } }
extension SpecialOperator { package var multiplying: any MultiplierRule { SharedByOrders() } }
extension LinearOperator { package var multiplying: any MultiplierRule { ByDerivative() } }
extension ProductOperator { package var multiplying: any MultiplierRule { AtMidpoint() } }

// Element by element.
extension Add { package var multiplying: any MultiplierRule { sum } }
extension Subtract {
  package var multiplying: any MultiplierRule { ByDerivative(.added(subtracted: [1])) }
}
extension Negate {
  package var multiplying: any MultiplierRule { ByDerivative(.added(subtracted: [0])) }
}
extension Multiply { package var multiplying: any MultiplierRule { AtMidpoint() } }
extension Gate { package var multiplying: any MultiplierRule { SharedByOrders() } }
extension Select { package var multiplying: any MultiplierRule { SharedByOrders() } }
extension Cast {
  /// Between real numbers linear; to and from others a function with steps.
  package var multiplying: any MultiplierRule { Casted(type: type) }
}

// Reductions, choices, running results.
extension Sum { package var multiplying: any MultiplierRule { sum } }
extension Mean { package var multiplying: any MultiplierRule { sum } }
extension SumTo { package var multiplying: any MultiplierRule { sum } }
extension CumulativeSum { package var multiplying: any MultiplierRule { sum } }
extension AveragePool { package var multiplying: any MultiplierRule { sum } }
extension GlobalAveragePool { package var multiplying: any MultiplierRule { sum } }
extension ScatterAdd { package var multiplying: any MultiplierRule { sum } }
extension PutAlongAdd { package var multiplying: any MultiplierRule { sum } }
extension OverlapAdd { package var multiplying: any MultiplierRule { sum } }
extension Max { package var multiplying: any MultiplierRule { ByExtremes(largest: true) } }
extension Min { package var multiplying: any MultiplierRule { ByExtremes(largest: false) } }
extension MaxPool { package var multiplying: any MultiplierRule { ByExtremes(largest: true) } }
extension CumulativeExtreme {
  package var multiplying: any MultiplierRule { ByExtremes(largest: largest) }
}
extension Product {
  package var multiplying: any MultiplierRule {
    AlongPath { shapes throws(GraphError) in try length(of: shapes[0]) }
  }
}
extension LinearRecurrence {
  package var multiplying: any MultiplierRule {
    LinearUnless(
      varying: [0],
      AlongPath { shapes throws(GraphError) in
        shapes[0][try ShapeRule.axis(Self.name, axis, of: shapes[0])]
      })
  }
}
extension SortAxis { package var multiplying: any MultiplierRule { AlongPath() } }
extension NormaliseBatch { package var multiplying: any MultiplierRule { AlongPath() } }

// Movement.
extension Reshape { package var multiplying: any MultiplierRule { movement } }
extension Flatten { package var multiplying: any MultiplierRule { movement } }
extension Transpose { package var multiplying: any MultiplierRule { movement } }
extension BroadcastTo { package var multiplying: any MultiplierRule { movement } }
extension ExpandAxes { package var multiplying: any MultiplierRule { movement } }
extension SqueezeAxes { package var multiplying: any MultiplierRule { movement } }
extension Identity { package var multiplying: any MultiplierRule { movement } }
extension SliceAxis { package var multiplying: any MultiplierRule { movement } }
extension SliceRanges { package var multiplying: any MultiplierRule { movement } }
extension Concatenate { package var multiplying: any MultiplierRule { movement } }
extension Pad { package var multiplying: any MultiplierRule { movement } }
extension BorderPad { package var multiplying: any MultiplierRule { movement } }
extension Gather { package var multiplying: any MultiplierRule { movement } }
extension TakeAlong { package var multiplying: any MultiplierRule { movement } }
extension PickPooled { package var multiplying: any MultiplierRule { movement } }
extension SlidingWindows { package var multiplying: any MultiplierRule { movement } }
extension Diagonal { package var multiplying: any MultiplierRule { movement } }
extension PlaceDiagonal { package var multiplying: any MultiplierRule { movement } }
extension Triangle { package var multiplying: any MultiplierRule { movement } }

// Normalisations.
extension Softmax {
  package var multiplying: any MultiplierRule {
    NormalisedExponentials(axis: axis, logarithm: false)
  }
}
extension LogSoftmax {
  package var multiplying: any MultiplierRule {
    NormalisedExponentials(axis: axis, logarithm: true)
  }
}
extension Standardise {
  package var multiplying: any MultiplierRule {
    StandardisedMultipliers(axes: axes, epsilon: epsilon)
  }
}
extension BatchNormalisation {
  package var multiplying: any MultiplierRule { NormalisedByOperands() }
}
extension FusedConvolution { package var multiplying: any MultiplierRule { severalInOne } }
extension FusedNormalisation { package var multiplying: any MultiplierRule { severalInOne } }
private let severalInOne = NoMultiplierRule(because: "a fused graph has to be run unfused")

// Matrices. A determinant is a polynomial of the degree of its matrix.
extension Solve {
  package var multiplying: any MultiplierRule { LinearUnless(varying: [0], AlongPath()) }
}
extension TriangularSolve {
  package var multiplying: any MultiplierRule { LinearUnless(varying: [0], AlongPath()) }
}
extension LeastSquares {
  package var multiplying: any MultiplierRule { LinearUnless(varying: [0], AlongPath()) }
}
extension Determinant {
  package var multiplying: any MultiplierRule { AlongPath { $0[0].last ?? 1 } }
}
extension LogDeterminant { package var multiplying: any MultiplierRule { AlongPath() } }
extension Cholesky { package var multiplying: any MultiplierRule { AlongPath() } }
extension OrthogonalTriangular { package var multiplying: any MultiplierRule { AlongPath() } }
extension SingularValues { package var multiplying: any MultiplierRule { AlongPath() } }
extension SymmetricEigen { package var multiplying: any MultiplierRule { AlongPath() } }
extension GeneralEigen { package var multiplying: any MultiplierRule { AlongPath() } }
extension MatrixExponential { package var multiplying: any MultiplierRule { AlongPath() } }

// Places, sizes and constants; what a script has cut off.
extension ArgMax { package var multiplying: any MultiplierRule { NothingPasses() } }
extension ArgMin { package var multiplying: any MultiplierRule { NothingPasses() } }
extension ArgSort { package var multiplying: any MultiplierRule { NothingPasses() } }
extension CumulativePlaces { package var multiplying: any MultiplierRule { NothingPasses() } }
extension MaxPoolPlaces { package var multiplying: any MultiplierRule { NothingPasses() } }
extension Constant { package var multiplying: any MultiplierRule { NothingPasses() } }
extension Fill { package var multiplying: any MultiplierRule { NothingPasses() } }
extension NumberRange { package var multiplying: any MultiplierRule { NothingPasses() } }
extension ShapeOf { package var multiplying: any MultiplierRule { NothingPasses() } }
extension StopGradient { package var multiplying: any MultiplierRule { NothingPasses() } }

/// The rule of a change of element type.
private struct Casted: MultiplierRule {
  let type: ElementType

  func split(varying: [Bool]) -> SplitRule { .moved }

  func multipliers(_ contrast: Contrast) throws(GraphError) -> [Variable?] {
    type.isFloating && contrast.inputs[0].value.type.isFloating
      ? try ByDerivative().multipliers(contrast) : try SharedByOrders().multipliers(contrast)
  }
}
