import Quality
import SystemPackage

/// The choice of the pictures that a page shows.
struct PreviewChoice {
    /// A corrupted picture, whatever restored it.
    private struct Subject: Hashable {
        var input: FilePath
        var corruption: String?
    }

    private let report: RunReport
    private let concerns: [Concern]
    /// The summaries of the first kind of figure, without those of no method.
    private let main: [MeasurementSummary]

    init(of report: RunReport, summary: [MeasurementSummary], concerns: [Concern]) {
        self.report = report
        self.concerns = concerns
        let first = summary.first?.kind
        main = summary.filter {
            $0.after != nil && $0.kind.metric == first?.metric && $0.kind.channels == first?.channels
                && $0.kind.protocol == first?.protocol
        }
    }

    /// Returns indices into the report's records, those of one picture together, in the order of the report.
    ///
    /// - Parameter limit: the largest number of restored pictures; a single picture with all its results may exceed it.
    func groups(limit: Int) -> [[Int]] {
        var members: [Subject: [Int]] = [:]
        for (index, record) in report.records.enumerated() where isShown(record) {
            members[Subject(input: record.input, corruption: record.corruption), default: []].append(index)
        }
        var chosen: Set<Subject> = []
        var room = limit
        func choose(_ index: Int) {
            let record = report.records[index]
            let subject = Subject(input: record.input, corruption: record.corruption)
            guard let group = members[subject], !chosen.contains(subject), room > 0 else { return }
            guard group.count <= room || chosen.isEmpty else { return }
            chosen.insert(subject)
            room -= group.count
        }
        let reserve = limit - limit / 2
        for concern in concerns where room > reserve { choose(concern.index) }
        for rank in 0..<3 {
            for summary in main where !summary.ranked.isEmpty {
                let ranked = summary.ranked
                choose(ranked[[0, ranked.count / 2, ranked.count - 1][rank]])
            }
        }
        for rank in 1..<5 {
            for summary in main where summary.worst.count > rank { choose(summary.worst[rank]) }
        }
        let rest = members.filter { !chosen.contains($0.key) }.map { $0.value[0] }.sorted()
        let methods = max(1, members.values.map(\.count).max() ?? 1)
        let count = min(max(0, room / methods), rest.count)
        for i in 0..<count { choose(rest[i * rest.count / count]) }
        return members.filter { chosen.contains($0.key) }.map(\.value).sorted { $0[0] < $1[0] }
    }

    private func isShown(_ record: PictureRecord) -> Bool {
        guard let result = record.outcome.result else { return false }
        return record.method?.isUnrestored != true || result.mended.map { $0.pieces > 0 } ?? false
    }
}
