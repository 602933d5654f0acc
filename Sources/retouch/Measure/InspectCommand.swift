import ArgumentParser
import Batches
import Foundation
import SystemPackage
import Workers

/// `retouch inspect PICTURES`.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Look at pictures: noise, grain, JPEG quality, blocks, blur, clipping and dust, without a reference.",
        discussion: """
            A line for each picture, and each page of a TIFF; for one alone, or with --details, all that was measured.
            noise: standard deviation (sigma) on 0...255, with what is in front of it left out.
            grain: how many pixels wide neighbours share the noise; - for white noise. Below a sigma of 3 texture is \
            taken for grain.
            JPEG: quality of the file, with ~ where another program's tables come near it; blocks: how much more a picture \
            jumps at the edges of 8x8 blocks than elsewhere, about 1 without blocks.
            blur: 0 sharp, 1 blurred. clipped: pixels at the ends of the range. dust: specks in a million pixels.

            EXAMPLES
              retouch inspect scan.jpg
              retouch inspect album/ --json > album.json
            """)

    @Argument(help: .init("Pictures and folders; - is standard input.", valueName: "pictures"))
    var pictures: [PathArgument]

    @Flag(help: "Print all that was measured, for several pictures too.")
    var details = false

    @Flag(help: "Also look for dust, hairs, scratches and cracks with the network of restore --mend auto.")
    var damage = false

    @Flag(help: "Print JSON instead of lines.")
    var json = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions
    @OptionGroup(title: "Decoding") var decoding: DecoderOptions

    func validate() throws { try reading.validate() }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        guard pictures.count(where: \.isStream) <= 1 else {
            throw CommandFailure(status: .usage, message: "- is named twice, and standard input can be read once")
        }
        let stream = try StreamInput.standardInput(
            among: pictures.map(\.path), maximumPixels: reading.maxPixels, interruption: interruption)
        let run = try InspectionRun(
            pictures.map(\.path), eachPage: true, stream: stream, byteLimit: reading.byteLimit,
            maximumPixels: reading.maxPixels, damaged: reading.damaged, decoders: decoding.decoders,
            interruption: interruption)
        for warning in run.warnings { Console.standardError.write("warning: \(warning)\n") }
        for failure in run.failures { Console.standardError.write("retouch: \(failure)\n") }
        guard run.count > 0 else { throw CommandFailure(status: .noInput, message: "no pictures to look at") }
        let finder =
            damage
            ? try MendingMethod(
                MendingRequest(.found(sensitivity: MendingRequest.standardSensitivity)), memoryLimit: reading.byteLimit
            ).loaded().finder : nil
        let printsDetails = details || run.count == 1
        if !json && !printsDetails { Console.standardOutput.write(InspectReport.heading + "\n") }
        let printsJSON = json
        let outcomes = run.outcomes(on: WorkerTeam(workers: try reading.workers), finder: finder) { outcome in
            switch outcome {
            case .success(let picture):
                guard !printsJSON else { return }
                let report = InspectReport(picture: picture)
                Console.standardOutput.write((printsDetails ? report.details : report.line) + "\n")
            case .failure(let fault): Console.standardError.write("retouch: \(fault)\n")
            }
        }
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: "interrupted") }
        let inspected = outcomes.compactMap { try? $0.get() }
        if json { Console.standardOutput.write(try InspectReport.json(inspected)) }
        if inspected.count < outcomes.count || !run.failures.isEmpty {
            try CommandFailure.unlessSuccess(.someFailed)
        }
    }
}
