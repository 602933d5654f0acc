import Autoencoders
import Corruptions
import Evaluation
import Files
import Filters
import Foundation
import Imaging
import Kernels
import Networks
import Quality
import Reports
import Restoration
import SystemPackage
import Tensors
import TestFolders
import Testing
import Workers

/// Crops of photographs with known figures, in `Tests/Fixtures/anchors`.
private let anchors = fixtureFolder.appending("anchors")

private func plan(
    _ names: [String], _ corruption: String, form: EvaluationPlan.InputForm = .float,
    knowledge: EvaluationPlan.NoiseKnowledge = .blind
) throws -> EvaluationPlan {
    var plan = try EvaluationPlan(
        clean: anchors, corruptions: Corruption.parse(corruption),
        inputForm: form, noiseKnowledge: knowledge)
    plan.sets[0].pictures.removeAll { picture in !names.contains(picture.name.string) }
    return plan
}

private func restorer(_ network: Network, noiseLevel: NoiseLevel = .blind) throws -> Restorer {
    let card = ModelCard(name: "test", scale: network.scale)
    return try Restorer(
        model: Model(name: "test", card: card, network: network, sha256: "ab"),
        settings: RestorationSettings(noiseLevel: noiseLevel), memoryLimit: 1 << 30)
}

private func report(_ records: [PictureRecord]) -> RunReport {
    RunReport(version: "0", date: Date(timeIntervalSince1970: 0), model: "test", records: records)
}

private func value(
    _ record: PictureRecord, _ metric: String, _ channels: MeasuredChannels, _ name: String
) throws -> Reports.Measurement {
    try #require(
        record.measurements.first { $0.metric.rawValue == metric && $0.channels == channels && $0.protocol == name })
}

@Suite("Evaluating a corruption and a model")
struct EvaluationTests {
    @Test("products of BF16: as many operations as the loss allows", .enabled(if: InstructionSet.current.hasBFloat16))
    func calibration() throws {
        let network = try UNet(widths: [16, 24], blocks: 1).makeNetwork(weights: WeightSource(seed: 3))
        let model = Model(name: "test", card: ModelCard(name: "test"), network: network)
        let calibration = PrecisionCalibration(
            model: model, plan: try plan(["city.png", "girl.png"], "gaussian:15,50"), memoryLimit: 1 << 30)
        let names = network.operations(multiplyingBFloat16By: .winogradBFloat16).map(\.name)
        var lines: [String] = []
        let all = try calibration.run(limit: 100, on: WorkerTeam(workers: 2)) { lines.append($0) }
        #expect(all.operations == names)
        #expect(lines.count == 2, "nothing is measured alone where all may")
        #expect(all.quality.map(\.corruption) == ["gaussian:15", "gaussian:50"])
        // What is written is what evaluating the model gives.
        let records = Evaluation.records(
            try Evaluation(
                plan: calibration.plan,
                restorer: Restorer(
                    model: Model(
                        name: "test",
                        card: {
                            var card = model.card
                            card.fast = all
                            return card
                        }(), network: network), settings: RestorationSettings(precision: .fast),
                    memoryLimit: 1 << 30)), workers: 2)
        let means = report(records).summary.filter { $0.kind.metric == .psnr && $0.kind.channels == .rgb }
        for (quality, mean) in zip(all.quality, means) {
            #expect(abs(quality.psnr - (mean.after?.mean ?? 0)) < 0.0006)
        }
        let limit = all.loss / 2
        lines = []
        let some = try calibration.run(limit: limit, on: WorkerTeam(workers: 2)) { lines.append($0) }
        #expect(some.operations.count < names.count || all.loss <= 0)
        #expect(lines.count { $0.contains("alone") } == names.count || all.loss <= 0)
        #expect(some.loss <= max(0, limit) + 0.001)
    }

    @Test("noise alone: the figures that NumPy gives for the same pictures")
    func noise() throws {
        let expected: [String: (float: Double, stored: Double)] = [
            "city.png": (20.242052411028766, 21.003627488070826),
            "girl.png": (20.248366835321335, 21.94960555851369),
            "grass.png": (20.301149520551128, 20.644782142710078),
        ]
        let names = Array(expected.keys)
        let float = Evaluation.records(try Evaluation(plan: plan(names, "gaussian:25"), restorer: nil), workers: 2)
        let stored = Evaluation.records(
            try Evaluation(plan: plan(names, "gaussian:25", form: .eightBit), restorer: nil), workers: 1)
        #expect(float.map(\.input) == ["city.png", "girl.png", "grass.png"])
        for (a, b) in zip(float, stored) {
            let figures = try #require(expected[a.input.string])
            #expect(a.outcome.kind == .restored && a.corruption == "gaussian:25")
            #expect(abs(try #require(try value(a, "psnr", .rgb, "awgn").before) - figures.float) < 1e-5)
            #expect(abs(try #require(try value(b, "psnr", .rgb, "awgn-8bit").before) - figures.stored) < 1e-9)
            #expect(try value(a, "psnr", .rgb, "awgn").after == nil)
            #expect(try value(a, "ssim", .luma, "awgn").before != nil)
        }
    }

    @Test("enlarging: bicubic's figures under both protocols")
    func enlarging() throws {
        let records = Evaluation.records(
            try Evaluation(plan: plan(["girl.png"], "bicubic:2,3,4"), restorer: nil), workers: 2)
        let expected = [
            (30.681936445956207, 30.694210324451), (27.453027520385863, 27.46042042198313),
            (25.591787542338214, 25.60359208466175),
        ]
        for (record, figures) in zip(records, expected) {
            #expect(abs(try #require(try value(record, "psnr", .luma, "sr-y").before) - figures.0) < 1e-3)
            // The small picture has the published pictures' edges, the expected figure MATLAB's of today.
            #expect(abs(try #require(try value(record, "psnr", .luma, "sr-rgb").before) - figures.1) < 0.05)
            #expect(try value(record, "psnr", .rgb, "sr-rgb").before != nil)
        }
        #expect(records.map(\.inputSize?.width) == [48, 32, 24])
        #expect(records.map(\.outcome.result?.size?.width) == [96, 96, 96])
    }

    @Test("a model's output is measured clipped and rounded, on any number of workers")
    func model() throws {
        let network = try UNet(widths: [16, 16], blocks: 1).makeNetwork(weights: WeightSource(seed: 3))
        let restorer = try restorer(network)
        let names = ["city.png", "girl.png", "grass.png"]
        let evaluation = try Evaluation(plan: plan(names, "gaussian:15,50"), restorer: restorer)
        let records = Evaluation.records(evaluation, workers: 1)
        #expect(records.count == 6)
        #expect(
            records.map(\.corruption) == [
                "gaussian:15", "gaussian:15", "gaussian:15", "gaussian:50", "gaussian:50", "gaussian:50",
            ])
        for record in records {
            let clean = try Picture(
                reading: anchors.appending(record.input.string)
            ).image
            var random = RandomState(seed: 0)
            let noisy = try Corruption.parse(try #require(record.corruption))[0].applied(to: clean, random: &random)
            let bounds = ResidualBounds(NoiseProfile(of: noisy))
            let restored = try restorer.restore(noisy, within: bounds, workers: 1).rounded(toBits: 8)
            let scores = try Comparison(reference: clean, protocol: .awgn8Bit).scores(of: restored, .after)
            #expect(try value(record, "psnr", .rgb, "awgn").after == scores.psnr)
            #expect(try value(record, "ssim", .rgb, "awgn").after == scores.ssim)
            #expect(record.method == RecordedMethod("test", sha256: "ab"))
        }
        func measurements(_ records: [PictureRecord]) -> [[Reports.Measurement]] { records.map(\.measurements) }
        #expect(measurements(Evaluation.records(evaluation, workers: 3)) == measurements(records))

        let preview = try #require(evaluation.preview(of: records[4], on: WorkerTeam(workers: 2)))
        let before = try preview.before()
        #expect(before.width == 96 && before.height == 72)
    }

    @Test("every metric that is asked for, as the comparison gives it; PSNR always")
    func metrics() throws {
        var plan = try plan(["city.png"], "gaussian:25")
        plan.metrics = [.maximumDifference, .psnrB, .mae, .channelPSNR]
        #expect(plan.metrics == [.psnr, .psnrB, .mae, .maximumDifference, .channelPSNR])
        let filter = try Evaluation(plan: plan, methods: [.filter(.nlm)])
        let record = try #require(Evaluation.records(filter, workers: 3).first)
        let views = try #require(filter.preview(of: record, on: WorkerTeam(workers: 1)))
        let row = try views.after()
        let restored = PlanarImage(channels: 3, height: row.height, width: row.width)
        try row.readRows(into: restored.view)
        let clean = try Picture(reading: plan.sets[0].pictures[0].path).image
        for (channels, measured) in [(MeasuredChannels.rgb, MeasurementProtocol.awgn), (.luma, .awgn.on(.luma))] {
            let figures = try Comparison(reference: clean, protocol: measured).figures(of: restored, .after)
            for figure in plan.metrics.flatMap({ figures.values(of: $0, channels: channels) }) {
                #expect(try value(record, figure.metric.rawValue, figure.channels, "awgn").after == figure.value)
            }
        }
        #expect(try value(record, "psnr", .green, "awgn").after != value(record, "psnr", .blue, "awgn").after)
        #expect(record.measurements.count == 8 + 3)
    }

    @Test("the noise level that the model is told")
    func knowledge() throws {
        let network = try UNet(widths: [16, 16], blocks: 1).makeNetwork(weights: WeightSource(seed: 3))
        func after(_ level: NoiseLevel, _ knowledge: EvaluationPlan.NoiseKnowledge) throws -> Double? {
            let evaluation = try Evaluation(
                plan: plan(["girl.png"], "gaussian:25", knowledge: knowledge),
                restorer: restorer(network, noiseLevel: level))
            return try value(try #require(Evaluation.records(evaluation, workers: 1).first), "psnr", .rgb, "awgn")
                .after
        }
        let given = try after(.automatic, .given)
        #expect(given == (try after(.sigma(25.0 / 255), .blind)))
        #expect(given != (try after(.blind, .blind)))
        #expect(try after(.automatic, .estimated) != nil)
    }

    @Test("several methods: corruption by corruption, each told what it may know")
    func methods() throws {
        let network = try UNet(widths: [16, 16], blocks: 1).makeNetwork(weights: WeightSource(seed: 3))
        let names = ["city.png", "girl.png"]
        var plan = try plan(names, "gaussian:25")
        plan.corruptions += try Corruption.parse("grain:15")
        let evaluation = try Evaluation(
            plan: plan, methods: [.model(restorer(network)), .unrestored, .filter(.nlm), .filter(.bm3d)])
        let records = Evaluation.records(evaluation, workers: 2)
        #expect(records.count == evaluation.trialCount && records.count == 16)
        #expect(
            records.map(\.method?.name)
                == ["test", "none", "nlm", "bm3d", "test", "none", "nlm", "bm3d"].flatMap { [$0, $0] })
        #expect(records.map(\.input.string) == Array(repeating: names, count: 8).flatMap { $0 })
        for (index, record) in records.enumerated() {
            #expect(
                record.outcome.failure == nil
                    && record.corruption == (index < 8 ? "gaussian:25" : records[8].corruption))
            let figures = try #require(record.measurements.first)
            switch record.method?.name {
            case "none": #expect(figures.after == nil && record.noiseLevel == nil)
            case "test": #expect(figures.after != nil && record.noiseLevel == nil && record.method?.sha256 == "ab")
            default:
                #expect(record.method?.sha256 == nil)
                let gain = try #require(figures.gain)
                #expect(gain > (index < 8 ? 6 : 0))
                let level = try #require(record.noiseLevel)
                // White noise is given, grain estimated.
                #expect(index < 8 ? abs(level - 25) < 1e-9 : level > 3 && level < 25 && level != 15)
            }
            #expect(figures.before == records[index < 8 ? index % 2 : 8 + index % 2].measurements[0].before)
        }
        #expect(Evaluation.records(evaluation, workers: 1).map(\.measurements) == records.map(\.measurements))
        // What is made once for all methods is what each alone would make.
        let alone = try Dictionary(
            evaluation.methods.map {
                ($0.name, Evaluation.records(try Evaluation(plan: plan, methods: [$0]), workers: 1).map(\.measurements))
            }, uniquingKeysWith: { first, _ in first })
        for (name, figures) in alone {
            #expect(records.filter { $0.method?.name == name }.map(\.measurements) == figures, "\(name)")
        }
        let preview = try #require(evaluation.preview(of: records[6], on: WorkerTeam(workers: 2)))
        #expect(try preview.after().width == 96)
        #expect(evaluation.preview(of: records[2], on: WorkerTeam(workers: 1)) == nil)
    }

    @Test("methods that do not go together with what is done")
    func methodsRefused() throws {
        #expect(throws: EvaluationError.methodTwice("nlm")) {
            try Evaluation(plan: plan([], "gaussian:25"), methods: [.filter(.nlm), .unrestored, .filter(.nlm)])
        }
        #expect(
            throws: EvaluationError.filter(corruption: "bicubic:2", reason: "bm3d does not upscale by 2")
        ) { try Evaluation(plan: plan([], "bicubic:2"), methods: [.filter(.bm3d)]) }
        let record = try #require(
            Evaluation.records(
                try Evaluation(plan: plan(["girl.png"], "bicubic:3"), methods: [.filter(.bicubic)]), workers: 1
            ).first)
        let figures = try value(record, "psnr", .luma, "sr-rgb")
        #expect(figures.after == figures.before && record.noiseLevel == nil)
        // The upscaled picture before is made once for both.
        let both = Evaluation.records(
            try Evaluation(plan: plan(["girl.png"], "bicubic:3"), methods: [.unrestored, .filter(.bicubic)]),
            workers: 1)
        #expect(both[1].measurements == record.measurements)
        #expect(both[0].measurements.map(\.before) == record.measurements.map(\.before))
    }

    @Test("a model that upscales, on pictures of odd sides")
    func enlargingModel() throws {
        let network = try PlainStack(width: 8, layers: 2, activation: .relu, scale: 2, skip: .bicubic).makeNetwork(
            weights: WeightSource(seed: 1))
        let evaluation = try Evaluation(plan: plan(["grass.png"], "bicubic:2"), restorer: restorer(network))
        let record = try #require(Evaluation.records(evaluation, workers: 1).first)
        #expect(record.outcome.failure == nil)
        #expect(record.inputSize == PixelSize(width: 23, height: 30))
        #expect(record.outcome.result?.size == PixelSize(width: 46, height: 60))
        #expect(try value(record, "psnr", .luma, "sr-rgb").after != nil)
        #expect(throws: EvaluationError.scale(corruption: "gaussian:25", reduction: 1, method: "test", scale: 2)) {
            try Evaluation(plan: plan(["grass.png"], "gaussian:25"), restorer: restorer(network))
        }
    }

    @Test("what is no picture is ignored, what cannot be read fails, the rest goes on")
    func badInput() throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("retouch-\(UUID().uuidString)")
        try createFolders(at: folder.appending("inner"))
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let noise = PlanarImage(channels: 2, height: 9, width: 12, samples: (0..<216).map { Float($0) / 216 })
        try Picture(noise).write(to: folder.appending("inner").appending("a.png"), as: .png)
        try Data("not a picture".utf8).write(to: URL(filePath: folder.appending("notes.txt").string))
        let broken = try Data(contentsOf: URL(filePath: anchors.appending("girl.png").string)).prefix(900)
        try broken.write(to: URL(filePath: folder.appending("z.png").string))
        let plan = try EvaluationPlan(clean: folder, corruptions: Corruption.parse("gaussian:25"))
        let records = Evaluation.records(try Evaluation(plan: plan, restorer: nil), workers: 2)
        #expect(records.map(\.outcome.kind) == [.restored, .ignored, .failed])
        #expect(records[0].measurements.map(\.channels) == [.grey])
        #expect(records[2].outcome.failure?.isEmpty == false)
        #expect(throws: FileError.self) { try EvaluationPlan(clean: folder.appending("none"), corruptions: []) }
        #expect(throws: EvaluationError.noCorruption) {
            try Evaluation(plan: EvaluationPlan(clean: folder, corruptions: []), restorer: nil)
        }
    }
}

extension Evaluation {
    fileprivate static func records(_ evaluation: Evaluation, workers: Int) -> [PictureRecord] {
        evaluation.run(on: WorkerTeam(workers: workers))
    }
}

@Suite("What an evaluation prints and asks for")
struct EvaluationTableTests {
    private func records() -> RunReport {
        func record(
            _ corruption: String, _ method: String, _ before: Double, _ after: Double?, protocol: String = "awgn"
        ) -> PictureRecord {
            PictureRecord(
                input: "a.png", set: "CBSD68", corruption: corruption, method: RecordedMethod(method),
                outcome: .restored(
                    PictureResult(
                        measurements: [
                            Measurement(
                                metric: .psnr, channels: .rgb, protocol: `protocol`, before: before, after: after),
                            Measurement(
                                metric: .ssim, channels: .rgb, protocol: `protocol`, before: 0.5,
                                after: after.map { _ in 0.9 }),
                        ])))
        }
        return report([
            record("gaussian:15", "D-S", 24.6, 33.4), record("gaussian:15", "D-S", 24.64, 33.5),
            record("gaussian:15", "bm3d", 24.62, 33.52), record("gaussian:50", "none", 14.156, nil),
            record("gaussian:0", "D-S", .infinity, .infinity), record("jpeg:10", "D-S", 24, 26, protocol: "jpeg"),
            record("jpeg:10", "bm3d", 24, 25.5, protocol: "jpeg"),
        ])
    }

    @Test("the table, letter by letter")
    func table() {
        let expected = """
            set     corruption   method  protocol  channels  pictures  before dB  after dB  gain dB  SSIM before  SSIM after  equal
            CBSD68  gaussian:15  D-S     awgn      RGB              2      24.62     33.45    +8.83       0.5000      0.9000      0
            CBSD68  gaussian:15  bm3d    awgn      RGB              1      24.62     33.52    +8.90       0.5000      0.9000      0
            CBSD68  gaussian:50  none    awgn      RGB              1      14.16         -        -       0.5000           -      0
            CBSD68  gaussian:0   D-S     awgn      RGB              1        inf       inf        -       0.5000      0.9000      1
            CBSD68  jpeg:10      D-S     jpeg      RGB              1      24.00     26.00    +2.00       0.5000      0.9000      0
            CBSD68  jpeg:10      bm3d    jpeg      RGB              1      24.00     25.50    +1.50       0.5000      0.9000      0

            set     corruption   method  against  channels  better  worse  equal  difference dB  95 % interval
            CBSD68  gaussian:15  bm3d    D-S      RGB            1      0      0          +0.12              -
            CBSD68  jpeg:10      bm3d    D-S      RGB            0      1      0          -0.50              -

            """
        #expect(EvaluationTable.text(of: records()) == expected)
    }

    @Test("a table for each set, a column for each metric; what is not known is a dash")
    func sets() {
        func record(_ set: String, _ picture: String, _ after: Double) -> PictureRecord {
            PictureRecord(
                input: FilePath("\(set)/\(picture)"), set: set, method: RecordedMethod("theirs"),
                outcome: .restored(
                    PictureResult(
                        measurements: [
                            Measurement(metric: .psnr, channels: .grey, protocol: "awgn-8bit", after: after),
                            Measurement(metric: .msSSIM, channels: .grey, protocol: "awgn-8bit", after: 0.98765),
                            Measurement(metric: .mae, channels: .grey, protocol: "awgn-8bit", after: 2.345),
                        ])))
        }
        let expected = """
            set  corruption  method  protocol   channels  pictures  before dB  after dB  gain dB  MS-SSIM before  MS-SSIM after  MAE before  MAE after  equal
            A    -           theirs  awgn-8bit  grey             3          -     31.00        -               -         0.9877           -       2.35      1

            set  corruption  method  protocol   channels  pictures  before dB  after dB  gain dB  MS-SSIM before  MS-SSIM after  MAE before  MAE after  equal
            B    -           theirs  awgn-8bit  grey             1          -     29.00        -               -         0.9877           -       2.35      0

            """
        let records = [
            record("A", "a.png", 30), record("A", "b.png", .infinity), record("A", "c.png", 32),
            record("B", "a.png", 29),
        ]
        #expect(EvaluationTable.text(of: report(records)) == expected)
    }

    @Test("a least figure holds for every set")
    func thresholdsOfSets() throws {
        let plan = EvaluationPlan(
            sets: ["CBSD68", "Set12"].map { EvaluationSet(name: $0, place: "x", pictures: []) },
            corruptions: try Corruption.parse("gaussian:15"))
        let misses = try EvaluationThresholds([33], plan: plan).misses(in: records())
        #expect(misses.map(\.description) == ["Set12, gaussian:15: not measured, at least 33.00 dB wanted"])
        let others = EvaluationPlan(sets: [EvaluationSet(name: "CBSD68", place: "x", pictures: [])], corruptions: [])
        #expect(
            try EvaluationThresholds([33], plan: others).misses(in: report([])).map(\.description)
                == ["mean PSNR: not measured, at least 33.00 dB wanted"])
    }

    @Test("least figures: one for all, one for each, missing ones missed")
    func thresholds() throws {
        let set = EvaluationSet(name: "CBSD68", place: "CBSD68", pictures: [])
        let plan = EvaluationPlan(sets: [set], corruptions: try Corruption.parse("gaussian:15,50,0"))
        let one = try EvaluationThresholds([33], plan: plan).misses(in: records())
        #expect(one.map(\.description) == ["gaussian:50: not measured, at least 33.00 dB wanted"])
        let each = try EvaluationThresholds([33.5, 0, 99], plan: plan).misses(in: records())
        #expect(
            each.map(\.description) == [
                "gaussian:15: 33.45 dB, at least 33.50 dB wanted", "gaussian:50: not measured, at least 0.00 dB wanted",
            ])
        // A mean that is as high as asked for has reached it.
        let mean = try #require(records().summary.first?.after?.mean)
        #expect(try EvaluationThresholds([mean, 0, 0], plan: plan).misses(in: records()).map(\.expected) == [0])
        #expect(
            try EvaluationThresholds([mean.nextUp, 0, 0], plan: plan).misses(in: records()).map(\.expected)
                == [mean.nextUp, 0])
        #expect(throws: EvaluationError.thresholds(found: 2, corruptions: 3)) {
            try EvaluationThresholds([1, 2], plan: plan)
        }
    }
}
