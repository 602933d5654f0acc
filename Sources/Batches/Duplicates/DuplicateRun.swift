import Latents
import Tensors
public import Workers

/// Finds near copies among the pictures of a folder, and says which show which part of which.
public struct DuplicateRun: Sendable {
    /// The copies that were found.
    public struct Result: Sendable, Codable, Equatable {
        /// The number of pictures that were compared.
        public var pictures: Int
        /// Pictures that are copies of each other, directly or through others.
        public var groups: [Group]
        /// Every picture with every other one that shows the same or more.
        public var pairs: [Pair]
        /// The pictures that were not compared since they are flat or very long.
        public var notCompared: [String]
        /// The reasons for pictures that could not be read.
        public var failures: [String]
    }

    /// A picture, and one that shows the same or more.
    public struct Pair: Sendable, Codable, Equatable {
        /// The name of the picture.
        public var name: String
        /// The name of the other one.
        public var of: String
        /// The correlation of their structure, at most 1.
        public var correlation: Double
        /// The share of the other one's area that it shows.
        public var share: Double
    }

    /// Pictures that are copies of each other, the largest first.
    public struct Group: Sendable, Codable, Equatable {
        /// The pictures.
        public var pictures: [Copy]
    }

    /// A picture of a group.
    public struct Copy: Sendable, Codable, Equatable {
        /// The name of the picture.
        public var name: String
        /// The width in pixels.
        public var width: Int
        /// The height in pixels.
        public var height: Int
        /// The picture that it is most like, of those that show as much or more; nil for the first of the group.
        public var of: String?
        /// The correlation of its structure with that of the other one, at most 1.
        public var correlation: Double?
        /// The share of the other one's area that it shows.
        public var share: Double?
    }

    private let data: PictureData
    private let interruption: Interruption

    /// The number of pictures.
    public var count: Int { data.count }
    /// The warnings of the search for pictures.
    public var warnings: [String] { data.warnings }

    /// Creates a run over data.
    public init(_ data: PictureData, interruption: Interruption = .init()) {
        self.data = data
        self.interruption = interruption
    }

    /// Looks for copies.
    ///
    /// - Returns: nil where the run was interrupted.
    public func run(on team: WorkerTeam) throws -> Result? {
        struct Finding: Sendable {
            var thumbnails: CopyThumbnails?
            var width: Int
            var height: Int
        }
        let (findings, faults) = try data.findings(
            on: team, bytes: { 4 * $0 * $1 * MemoryLayout<Float>.stride },
            looking: { picture in
                Finding(
                    thumbnails: CopyThumbnails(picture.onWhite), width: picture.width, height: picture.height)
            })
        if interruption.isRequested { return nil }
        let found = Dictionary(uniqueKeysWithValues: findings.map { ($0.row, $0.finding) })
        let failures = data.failures + faults
        let interruption = interruption
        let search = CopySearch(
            (0..<data.count).map { found[$0]?.thumbnails },
            loop: ParallelLoop.threads(team.workerCount).stopping(when: { interruption.isRequested }))
        if interruption.isRequested { return nil }
        let groups = search.groups.map { members in
            let order = members.sorted { a, b in
                let (first, second) = (area(found[a]?.width, found[a]?.height), area(found[b]?.width, found[b]?.height))
                return (second, a) < (first, b)
            }
            return Group(
                pictures: order.map { place in
                    var copy = Copy(
                        name: data.paths[place], width: found[place]?.width ?? 0, height: found[place]?.height ?? 0)
                    let best = search.matches.filter { $0.picture == place }.max {
                        ($0.correlation, $1.container) < ($1.correlation, $0.container)
                    }
                    if place != order.first, let best {
                        copy.of = data.paths[best.container]
                        copy.correlation = best.correlation
                        copy.share = best.window.height * best.window.width
                    }
                    return copy
                })
        }
        return Result(
            pictures: found.values.count { $0.thumbnails != nil }, groups: groups,
            pairs: search.matches.map {
                Pair(
                    name: data.paths[$0.picture], of: data.paths[$0.container], correlation: $0.correlation,
                    share: $0.window.height * $0.window.width)
            },
            notCompared: (0..<data.count).filter { found[$0] != nil && found[$0]?.thumbnails == nil }.map {
                data.paths[$0]
            }, failures: failures)
    }

    private func area(_ width: Int?, _ height: Int?) -> Int { (width ?? 0) * (height ?? 0) }
}
