public import Foundation

/// The record of a run: who did what to which pictures, and what was measured.
///
/// `report.json` is this value (schema version 1, described in the module's documentation), `report.csv` its table
/// and `report.html` its page.
public struct RunReport: Codable, Sendable, Equatable {
    /// The version of the JSON schema that this build writes. It is raised when a field changes its meaning or goes;
    /// a new optional field does not raise it.
    public static let currentSchemaVersion = 1

    public var schemaVersion: Int
    /// The program's name.
    public var program: String
    /// The program's version.
    public var version: String
    /// When the run began, UTC.
    public var date: Date
    /// The model asked for.
    public var model: String
    /// Every setting that was in force, as text, by option name without dashes.
    public var settings: [String: String]
    /// What the method gains on this material, where that was asked for.
    public var roundTrip: RoundTrip?
    /// One entry a picture (and corruption), in the order of the inputs.
    public var records: [PictureRecord]

    public init(
        program: String = "retouch", version: String, date: Date, model: String, settings: [String: String] = [:],
        roundTrip: RoundTrip? = nil,
        records: [PictureRecord]
    ) {
        schemaVersion = Self.currentSchemaVersion
        self.program = program
        self.version = version
        self.date = date
        self.model = model
        self.settings = settings
        self.roundTrip = roundTrip
        self.records = records
    }

    /// How many records had `outcome`.
    public func count(of outcome: Outcome) -> Int {
        records.reduce(0) { $0 + ($1.outcome == outcome ? 1 : 0) }
    }
}
