// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target: language mode 6, and a warning is an error.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
    exclude: [], swiftSettings: strict)
}

/// The rooms whose input comes from outside.
let fuzzed: [Target.Dependency] = [
  "Bindings", "Networks", "Images", "Displays", "Runtime", "Syntax",
]

let package = Package(
  name: "xai",
  dependencies: [
    // The command line: subcommands, options, generated help.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // ONNX files are Protocol Buffers.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // The loops that need vector instructions, and the thread pool that runs them.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    // Line editing (Debian: libedit-dev), behind functions with fixed arguments.
    .target(name: "CEdit", dependencies: ["CKernels"], linkerSettings: [.linkedLibrary("edit")]),
    // PNG and JPEG (Debian: libpng-dev, libjpeg-dev), behind calls that cannot long-jump into Swift.
    .target(
      name: "CImages", dependencies: ["CKernels"],
      linkerSettings: [.linkedLibrary("png"), .linkedLibrary("jpeg")]),
    // Linear algebra (Debian: liblapack-dev, or another library behind the same name, such as OpenBLAS).
    .target(name: "CLapack", linkerSettings: [.linkedLibrary("lapack")]),
    // The files that travel inside the executable.
    .target(name: "CAssets"),

    .target(name: "Syntax", exclude: ["Grammar.ebnf"], swiftSettings: strict),
    room("Tensors", ["CKernels", "CLapack"]),
    room("Graphs", ["Tensors"]),
    room("Explanations", ["Graphs"]),
    room("Images", ["CImages"]),
    .target(
      name: "Assets", dependencies: ["CAssets"], exclude: ["Shelf", "Reference"],
      swiftSettings: strict),
    room("Networks", ["Graphs", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),
    room("Displays", ["Syntax", "Tensors", "Images"]),
    room("Runtime", ["Syntax", "Tensors", "Displays"]),
    room("Bindings", ["CKernels", "Runtime", "Networks", "Explanations", "Images", "Assets"]),
    room("Shell", ["Bindings", "CEdit"]),
    .executableTarget(
      name: "xai",
      dependencies: [
        "Shell", "CEdit", "CKernels",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict,
      // The executable carries the Swift libraries. Said here rather than as --static-swift-stdlib,
      // every object file is the same for the executable and for the tests: one build serves both.
      linkerSettings: [
        .unsafeFlags([
          "-static-stdlib", "-l_FoundationCShims", "-l_FoundationCollections",
          "-lswiftSynchronization",
        ])
      ]),

    tests("Shell", ["Bindings"]),
    tests("Graphs", []),
    tests("Explanations", ["Networks"]),
    tests("Images", []),
    tests("Displays", []),
    tests("Assets", []),
    tests("Networks", ["Graphs", "Tensors", "Images", "Assets"]),
    tests("Tensors", []),
    tests("Runtime", ["Syntax", "Displays"]),
    tests("Syntax", []),
    tests("Bindings", []),
    .testTarget(
      name: "FuzzTests", dependencies: fuzzed, exclude: ["Entry.swift"], swiftSettings: strict),
  ]
)

// The build of Scripts/fuzz: a library with the entry of libFuzzer in place of programs and tests.
if Context.environment["XAI_FUZZING"] != nil {
  package.targets.removeAll { $0.type == .test || $0.type == .executable }
  package.targets.append(
    .target(
      name: "Fuzzing", dependencies: fuzzed, path: "Tests/FuzzTests",
      exclude: ["ReplayTests.swift"], swiftSettings: strict))
  package.products = [.library(name: "Fuzzing", type: .static, targets: ["Fuzzing"])]
}
