import Quality

/// The figures without a reference that come from restoring the middle of a picture again.
public struct SelfExamination: Codable, Sendable, Equatable {
    /// The standard deviation, in levels of 255, of the results of the eight orientations of the part, turned back,
    /// about their mean. A method that is sure gives the same result in every orientation.
    public var disagreement: Double
    /// The expected PSNR in dB of the part before restoration, against a clean picture that nobody has, by Stein's
    /// unbiased estimate; nil where the noise is not white, or hardly there.
    public var expectedPSNRBefore: Double?
    /// The expected PSNR in dB of the part after restoration, by the same estimate.
    public var expectedPSNRAfter: Double?

    /// Creates the figures; the disagreement is in levels of 255, the PSNR in dB.
    public init(disagreement: Double, expectedPSNRBefore: Double? = nil, expectedPSNRAfter: Double? = nil) {
        self.disagreement = disagreement
        self.expectedPSNRBefore = expectedPSNRBefore
        self.expectedPSNRAfter = expectedPSNRAfter
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
