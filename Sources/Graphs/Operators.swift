// Operators: the list of all operators, and what can be looked up in it.

/// All operators; everything that enumerates operators starts from `all`.
package enum Operators {
  /// Every operator, family by family.
  package static let all: [any Operator.Type] = [
    Add.self, Subtract.self, Multiply.self, Divide.self, Power.self, Maximum.self, Minimum.self,
    Negate.self,
    Equal.self, NotEqual.self, Less.self, LessOrEqual.self, Greater.self, GreaterOrEqual.self,
    LogicalAnd.self, LogicalOr.self, FloorDivide.self, Remainder.self, LogicalNot.self, IsNaN.self,
    Sign.self, Floor.self, Ceiling.self, Round.self,
    Absolute.self, Exp.self, Log.self, SquareRoot.self, Reciprocal.self, Tanh.self, Sigmoid.self,
    ErrorFunction.self, Softplus.self, Sine.self, Cosine.self,
    Tangent.self, ArcSine.self, ArcCosine.self, ArcTangent.self, HyperbolicSine.self,
    HyperbolicCosine.self, InverseHyperbolicSine.self, InverseHyperbolicCosine.self,
    InverseHyperbolicTangent.self, LogOfOnePlus.self, ExpMinusOne.self, CubeRoot.self,
    ArcTangent2.self, Hypotenuse.self,
    ComplementaryErrorFunction.self, InverseErrorFunction.self,
    InverseComplementaryErrorFunction.self, LogGamma.self, Polygamma.self, LogBeta.self,
    IncompleteGamma.self, GammaDensity.self, InverseIncompleteGamma.self, IncompleteBeta.self,
    BetaDensity.self, InverseIncompleteBeta.self, StudentDistribution.self, StudentQuantile.self,
    FisherDistribution.self, FisherQuantile.self,
    Gate.self, Relu.self, Clip.self, HardSigmoid.self, HardSwish.self, LeakyRelu.self, Elu.self,
    Gelu.self,
    Sum.self, Mean.self, Max.self, Min.self, Product.self, ArgMax.self, ArgMin.self,
    Softmax.self, LogSoftmax.self, CumulativeSum.self, CumulativeExtreme.self,
    CumulativePlaces.self,
    LinearRecurrence.self, BatchNormalisation.self, Standardise.self,
    NormaliseBatch.self,
    Reshape.self, Flatten.self, Transpose.self, BroadcastTo.self, SumTo.self, ExpandAxes.self,
    SqueezeAxes.self, Identity.self,
    SliceAxis.self, SliceRanges.self, Concatenate.self, Pad.self,
    Gather.self, ScatterAdd.self, TakeAlong.self, PutAlongAdd.self, Select.self, SortAxis.self,
    ArgSort.self,
    MatrixProduct.self, Linear.self, SparseProduct.self, SampledProduct.self,
    Convolution.self, ConvolutionInputGradient.self, ConvolutionWeightGradient.self,
    FusedConvolution.self, FusedNormalisation.self,
    MaxPool.self, MaxPoolPlaces.self, MaxPoolGradient.self, PickPooled.self, AveragePool.self,
    AveragePoolGradient.self,
    GlobalAveragePool.self, Resize.self, ResizeGradient.self,
    Solve.self, TriangularSolve.self, LeastSquares.self, Determinant.self, LogDeterminant.self,
    Cholesky.self, OrthogonalTriangular.self, SingularValues.self, SymmetricEigen.self,
    GeneralEigen.self, MatrixExponential.self, Diagonal.self, PlaceDiagonal.self, Triangle.self,
    BorderPad.self, BorderPadGradient.self, SlidingWindows.self, OverlapAdd.self,
    FourierTransform.self, RealFourierTransform.self, RealFourierAdjoint.self,
    Constant.self, Fill.self, NumberRange.self, ShapeOf.self, Cast.self, StopGradient.self,
  ]

  /// The operator of a name.
  package static let byName: [String: any Operator.Type] = Dictionary(
    all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// How each ONNX operator that has a direct counterpart is made.
  package static let onnx: [String: OnnxForm] = Dictionary(
    all.flatMap { $0.onnx.map { ($0.name, $0) } }, uniquingKeysWith: { first, _ in first })
}
