import Quality

/// What a method makes of the middle of a picture when it is asked again: figures without a reference.
public struct SelfExamination: Codable, Sendable, Equatable {
    /// The standard deviation of the results of the eight ways in which the part can lie, turned back, about their mean; of
    /// 255. A method that is sure gives the same whichever way up a picture lies.
    public var disagreement: Double
    /// The PSNR to expect of the part against a picture that nobody has, in dB, by Stein's unbiased estimate; nil where the
    /// noise is not white, or hardly there.
    public var expectedPSNRBefore: Double?
    public var expectedPSNRAfter: Double?

    public init(disagreement: Double, expectedPSNRBefore: Double? = nil, expectedPSNRAfter: Double? = nil) {
        self.disagreement = disagreement
        self.expectedPSNRBefore = expectedPSNRBefore
        self.expectedPSNRAfter = expectedPSNRAfter
    }
}

/// Noise like that of a run's pictures put on results of that run and taken away once more: what the method gains on this
/// material.
public struct RoundTrip: Codable, Sendable, Equatable {
    /// The noise, in the grammar of `--corrupt`.
    public var corruption: String
    /// The names of the pictures whose results stood for clean ones.
    public var pictures: [String]
    /// Mean PSNR of their middles, in dB.
    public var before: Double
    public var after: Double

    public init(corruption: String, pictures: [String], before: Double, after: Double) {
        self.corruption = corruption
        self.pictures = pictures
        self.before = before
        self.after = after
    }
}

/// What was found without a reference, in words and means: for the page, the Markdown and the terminal.
public struct SelfExaminationSummary: Sendable, Equatable {
    public var label: String
    /// `24.61 → 33.10 dB`.
    public var value: String
    public var detail: String
}

extension RunReport {
    /// The mean of what Stein's estimate expects, and the round trip; none where neither was made.
    public var selfExaminations: [SelfExaminationSummary] {
        func change(_ before: Double, _ after: Double) -> String {
            "\(Figure.text(before, metric: .psnr)) → \(Figure.text(after, metric: .psnr))\u{A0}dB"
        }
        func count(_ pictures: Int) -> String { pictures == 1 ? "1 picture" : "\(pictures) pictures" }
        var found: [SelfExaminationSummary] = []
        let expected = records.compactMap { record in
            record.selfExamination.flatMap { examined in
                examined.expectedPSNRBefore.flatMap { before in examined.expectedPSNRAfter.map { (before, $0) } }
            }
        }
        if let before = FigureStatistics(expected.map(\.0)), let after = FigureStatistics(expected.map(\.1)) {
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
