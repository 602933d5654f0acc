import Quality

/// The figures without a reference that come from restoring the middle of a picture again.
public struct SelfExamination: Sendable, Equatable {
    /// The standard deviation, in levels of 255, of the results of the eight orientations of the part, turned back,
    /// about their mean. A method that is sure gives the same result in every orientation.
    public var disagreement: Double
    /// The expected PSNR in dB of the part against a clean picture that nobody has, by Stein's unbiased estimate; nil
    /// where the noise is not white, or hardly there.
    public var expectedPSNR: FigureChange?

    /// Creates the figures; the disagreement is in levels of 255, the PSNR in dB.
    public init(disagreement: Double, expectedPSNR: FigureChange? = nil) {
        self.disagreement = disagreement
        self.expectedPSNR = expectedPSNR
    }
}

/// A figure of a picture before and after restoration.
public struct FigureChange: Sendable, Equatable {
    /// The figure before.
    public var before: Double
    /// The figure after.
    public var after: Double

    /// Creates a change, both figures in the same unit.
    public init(before: Double, after: Double) {
        self.before = before
        self.after = after
    }
}

extension SelfExamination: Codable {
    private enum CodingKeys: String, CodingKey { case disagreement, expectedPSNRBefore, expectedPSNRAfter }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        disagreement = try container.decode(Double.self, forKey: .disagreement)
        let before = try container.decodeIfPresent(Double.self, forKey: .expectedPSNRBefore)
        let after = try container.decodeIfPresent(Double.self, forKey: .expectedPSNRAfter)
        expectedPSNR = before.flatMap { before in after.map { FigureChange(before: before, after: $0) } }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(disagreement, forKey: .disagreement)
        try container.encodeIfPresent(expectedPSNR?.before, forKey: .expectedPSNRBefore)
        try container.encodeIfPresent(expectedPSNR?.after, forKey: .expectedPSNRAfter)
    }
}

/// The gain of a method on a run's material: noise like that of its pictures is added to results of the run and removed
/// once more.
public struct RoundTrip: Codable, Sendable, Equatable {
    /// The noise, in the grammar of `--corrupt`.
    public var corruption: String
    /// The names of the pictures whose results served as clean ones.
    public var pictures: [String]
    /// The mean PSNR of their middles with the noise, in dB.
    public var before: Double
    /// The mean PSNR of their middles with the noise removed again, in dB.
    public var after: Double

    /// Creates the record of a round trip; both PSNR are means in dB.
    public init(corruption: String, pictures: [String], before: Double, after: Double) {
        self.corruption = corruption
        self.pictures = pictures
        self.before = before
        self.after = after
    }
}

/// A figure without a reference, in words and means: for the page, the Markdown and the terminal.
public struct SelfExaminationSummary: Sendable, Equatable {
    /// The name of the figure.
    public var label: String
    /// The value before and after, such as `24.61 → 33.10 dB`.
    public var value: String
    /// The method and the number of pictures, in words.
    public var detail: String
}

extension RunReport {
    /// The mean of Stein's estimate, and the round trip; none where neither was made.
    public var selfExaminations: [SelfExaminationSummary] {
        func change(_ before: Double, _ after: Double) -> String {
            "\(Figure.text(before, metric: .psnr)) → \(Figure.text(after, metric: .psnr))\u{A0}dB"
        }
        func count(_ pictures: Int) -> String { pictures == 1 ? "1 picture" : "\(pictures) pictures" }
        var found: [SelfExaminationSummary] = []
        let expected = records.compactMap { $0.outcome.result?.selfExamination?.expectedPSNR }
        if let before = FigureStatistics(expected.map(\.before)), let after = FigureStatistics(expected.map(\.after)) {
            found.append(
                SelfExaminationSummary(
                    label: "Expected PSNR, without a reference", value: change(before.mean, after.mean),
                    detail:
                        "Stein's estimate, the middles of \(count(expected.count)) with white noise; to about 1\u{A0}dB"
                ))
        }
        if let roundTrip {
            found.append(
                SelfExaminationSummary(
                    label: "Gain on this material, known noise put back",
                    value: change(roundTrip.before, roundTrip.after),
                    detail:
                        "\(roundTrip.corruption) on the results of the cleanest \(count(roundTrip.pictures.count)), "
                        + "and taken away again"))
        }
        return found
    }
}
