// swift-tools-version: 6.3
import PackageDescription

/// Swift settings of every target: the language mode is Swift 6 (strict concurrency) by the tools version.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// Tests that compute little themselves are built without optimisation, which takes half as long.
func tests(_ name: String, optimised: Bool = true, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies,
        swiftSettings: settings + (optimised ? [] : [.unsafeFlags(["-Onone"])]))
}

/// Paths as bytes: a file's name need not be Unicode.
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "Retouch",
    products: [
        .executable(name: "retouch", targets: ["retouch"]),
        .library(
            name: "Retouch",
            targets: [
                "Tensors", "Workers", "Imaging", "Networks", "Autoencoders", "Restoration", "Quality", "Filters",
                "Batches", "Reports", "Latents",
            ]),
        .library(name: "Training", targets: ["Training"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    ],
    targets: [
        // The modules of ARCHITECTURE.md, lowest first. HouseTests checks every import against its table.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CCodecs",
            linkerSettings: [
                .linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("tiff"), .linkedLibrary("webp"),
                .linkedLibrary("lcms2"),
                .linkedLibrary("z"),
            ]),
        .target(name: "CKernels"),
        .target(name: "CProcess"),
        module("Files", ["CCrypto", "CProcess", system]),
        module("Tensors"),
        module("Workers"),
        module("Kernels", ["CKernels", "Tensors", "Workers"]),
        module("Imaging", ["CCodecs", "Kernels", "Tensors", "Files", system]),
        module("Networks", ["Kernels", "Workers", "Tensors", "Files", system]),
        module("Autoencoders", ["Networks", "Tensors", system]),
        module("Quality", ["Imaging", "Kernels", "Workers", "Tensors"]),
        module("Filters", ["Imaging", "Quality", "Workers", "Tensors"]),
        module("Corruptions", ["Imaging", "Files", "Tensors", system]),
        module(
            "Reports",
            ["Quality", "Imaging", "Files", "Tensors", system, .product(name: "Mustache", package: "swift-mustache")],
            // Templates, styles and scripts of pages, compiled in: the program is one file.
            resources: [.embedInCode("Resources")]),
        module("Restoration", ["Imaging", "Networks", "Filters", "Quality", "Kernels", "Workers", "Tensors"]),
        module(
            "Latents",
            ["Restoration", "Reports", "Imaging", "Networks", "Kernels", "Workers", "Tensors", "Files", system]),
        module(
            "Training",
            [
                "Latents", "Autoencoders", "Corruptions", "Filters", "Quality", "Reports", "Restoration", "Imaging",
                "Networks",
                "Kernels", "Workers", "Tensors", "Files", system,
            ]),
        module(
            "Batches",
            [
                "Latents", "Restoration", "Autoencoders", "Filters", "Imaging", "Networks", "Kernels", "Quality",
                "Reports",
                "Workers", "Files", "Tensors", system,
            ]),
        module(
            "Evaluation",
            [
                "Batches", "Restoration", "Filters", "Corruptions", "Quality", "Reports", "Imaging", "Networks",
                "Workers", "Files", "Tensors", system,
            ]),
        .executableTarget(
            name: "retouch",
            dependencies: [
                "Files", "Tensors", "Kernels", "Imaging", "Networks", "Autoencoders", "Quality", "Corruptions",
                "Filters", "Reports", "Restoration", "Latents", "Batches", "Evaluation", "Training", "Workers", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // A folder for a test, removed with it; where fixtures and shared pictures lie.
        .target(
            name: "TestFolders", dependencies: ["Files", system], path: "Tests/TestFolders",
            swiftSettings: settings),
        // Seeded noise and pictures, and comparison to the bit.
        .target(name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport", swiftSettings: settings),
        tests("Files", optimised: false, ["Files", "TestFolders", system]),
        tests("Tensors", ["Tensors"]),
        tests("Workers", ["Workers"]),
        tests("Kernels", ["Kernels", "Tensors", "TestFolders", system]),
        tests("Imaging", ["Imaging", "Tensors", "Files", "TestFolders", "TestSupport", system]),
        // Counts allocations in tests, by standing before the C library's allocator.
        .target(name: "CAllocations", path: "Tests/CAllocations"),
        tests(
            "Networks",
            [
                "Networks", "Autoencoders", "Kernels", "Workers", "Tensors", "Files", "TestFolders", "TestSupport",
                "CAllocations",
                system,
            ]),
        tests("Quality", ["Quality", "Corruptions", "Imaging", "Workers", "Tensors", "TestFolders", system]),
        tests(
            "Filters",
            [
                "Filters", "Quality", "Corruptions", "Imaging", "Workers", "Tensors", "TestFolders", "TestSupport",
                system,
            ]),
        tests("Corruptions", ["Corruptions", "Imaging", "Networks", "Tensors", "TestFolders", system]),
        tests(
            "Reports", optimised: false, ["Reports", "Quality", "Imaging", "Files", "Tensors", "TestFolders", system]),
        tests(
            "Restoration",
            [
                "Restoration", "Filters", "Autoencoders", "Networks", "Imaging", "Kernels", "Workers", "Tensors",
                "TestFolders", "TestSupport", system,
            ]),
        tests(
            "Latents",
            [
                "Latents", "Autoencoders", "Restoration", "Networks", "Imaging", "Workers", "Files", "Tensors",
                "TestFolders", "TestSupport", system,
            ]),
        tests(
            "Batches", optimised: false,
            [
                "Latents",
                "Batches", "Autoencoders", "Restoration", "Networks", "Imaging", "Quality", "Reports", "Workers",
                "Files",
                "Tensors", "TestFolders", "TestSupport", system,
            ]),
        tests(
            "Evaluation", optimised: false,
            [
                "Evaluation", "Autoencoders", "Restoration", "Filters", "Networks", "Imaging", "Quality", "Corruptions",
                "Reports", "Workers", "Files", "Tensors", "TestFolders", system,
            ]),
        tests(
            "Training",
            [
                "Training", "Latents", "Autoencoders", "Filters", "Restoration", "Networks", "Imaging", "Corruptions",
                "Quality", "Reports", "Kernels", "Tensors", "Files", "TestFolders", "TestSupport", system,
            ]),
        tests(
            "Command", optimised: false,
            [
                "Batches", "Corruptions", "Files", "Imaging", "Kernels", "Latents", "Reports", "Restoration", "Tensors",
                "TestFolders", "TestSupport", system,
            ]),
        tests("House", ["TestFolders", system]),
        // Examples/ holds the code that the documentation shows.
        tests(
            "Documentation", optimised: false,
            [
                "Autoencoders", "Batches", "Corruptions", "Files", "Filters", "Imaging", "Kernels", "Latents",
                "Networks",
                "Quality", "Reports", "Restoration", "Tensors", "Training", "Workers", "TestFolders", system,
            ]),
    ])

// `make fuzz` sets the variable to the archive of libFuzzer's driver.
if let fuzzer = Context.environment["RETOUCH_FUZZING"] {
    package.targets += [
        .target(name: "CFuzzer", path: "Fuzzing/CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer", "CCodecs", "Imaging", "Networks", "Autoencoders", "Training", "Batches", "Evaluation",
                "Files",
                "Tensors",
                system,
            ],
            path: "Fuzzing/Targets", swiftSettings: settings,
            linkerSettings: [.unsafeFlags(["-Xlinker", fuzzer]), .linkedLibrary("stdc++")]),
    ]
    package.products.append(.executable(name: "fuzz", targets: ["fuzz"]))
}
