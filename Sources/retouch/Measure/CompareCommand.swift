import ArgumentParser
import Batches
import Files
import Foundation
import Imaging
import Quality
import Reports
import SystemPackage
import Workers

/// `retouch compare REFERENCE PICTURES`.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Measure pictures against references: two files, or two folders paired by name.",
        discussion: """
            Pictures of folders are paired by relative name without extension, never by position; names without a \
            partner are listed and end the command, unless --allow-missing. Figures are of the files as they are, \
            clipped and rounded to 8 bits (to 16 where both have them), range 255, no border; alpha is not measured. \
            _Y is on luma (BT.601, studio range), _red, _green and _blue on one channel. MS-SSIM needs sides of 176 pixels. \
            Equal pictures have an infinite PSNR, which is counted and kept out of means.

            EXAMPLES
              retouch compare clean.png restored.png
              retouch restore noisy.png - | retouch compare clean.png -
              retouch compare clean/ restored/ --min-psnr 30
              retouch compare clean/ restored/ --json > figures.json
            """)

    @Argument(help: .init("The picture, or folder, that is taken as right.", valueName: "reference"))
    var reference: PathArgument

    @Argument(help: .init("The picture, or folder, that is measured.", valueName: "pictures"))
    var pictures: PathArgument

    @Flag(help: "Measure what has a partner, though other names have none.")
    var allowMissing = false

    @Option(
        help: .init("Exit with 5 where the mean PSNR of the channels as stored is lower.", valueName: "dB"))
    var minPsnr: Double?

    @Flag(help: "Print JSON instead of lines.")
    var json = false

    @OptionGroup(title: "Reading") var reading: ReadingOptions
    @OptionGroup(title: "Decoding") var decoding: DecoderOptions

    func validate() throws {
        try reading.validate()
        guard minPsnr?.isFinite ?? true else { throw ValidationError("--min-psnr: expected a number of dB") }
    }

    func run() throws {
        let interruption = Interruption()
        Signals.watch(interruption)
        if reference.isStream, pictures.isStream {
            throw CommandFailure(status: .usage, message: "- is named twice, and standard input can be read once")
        }
        let plan = try plan(
            stream: .standardInput(
                among: [reference.path, pictures.path], maximumPixels: reading.maxPixels, interruption: interruption))
        let run = try ComparisonRun(
            plan, byteLimit: reading.byteLimit, maximumPixels: reading.maxPixels, damaged: reading.damaged,
            decoders: decoding.decoders, interruption: interruption)
        let results = run.results(on: WorkerTeam(workers: try reading.workers))
        if interruption.isRequested { throw CommandFailure(status: .interrupted, message: "interrupted") }
        var status = plan.failures.isEmpty ? ExitStatus.success : .someFailed
        var failures = plan.failures
        for (pair, result) in zip(plan.pairs, results) {
            if case .failure(let fault) = result { failures.append("\"\(plan.text(of: pair.picture))\": \(fault)") }
        }
        for failure in failures {
            Console.standardError.write("retouch: \(failure)\n")
            status = .someFailed
        }
        let compared = results.compactMap { try? $0.get() }
        let report = CompareReport(pictures: compared, failures: failures, unmatched: plan.unmatched)
        Console.standardOutput.write(json ? try report.json() : report.text())
        if let minPsnr, let mean = report.meanPSNR(), mean < minPsnr {
            Console.standardError.write(
                String(format: "retouch: mean PSNR %.2f dB, at least %.2f dB wanted\n", mean, minPsnr))
            status = status.combined(with: .thresholdMissed)
        }
        try CommandFailure.unlessSuccess(status)
    }

    private func plan(stream: StreamInput?) throws -> ComparisonPlan {
        let plan: ComparisonPlan
        let decoders = try decoding.decoders
        do throws(ComparisonPlan.Fault) {
            plan = try ComparisonPlan(
                reference: reference.path, pictures: pictures.path, stream: stream, decoders: decoders)
        } catch {
            if case .kinds = error { throw CommandFailure(status: .usage, message: "\(error)") }
            throw CommandFailure(status: .noInput, message: "\(error)")
        }
        for warning in plan.warnings { Console.standardError.write("warning: \(warning)\n") }
        try CommandFailure.tellMissing(plan.missing, allowsMissing: allowMissing)
        if plan.pairs.isEmpty {
            for failure in plan.failures { Console.standardError.write("retouch: \(failure)\n") }
            throw CommandFailure(status: .noInput, message: "no pictures to compare")
        }
        return plan
    }
}
