public import Foundation

/// The record of a run: the program and its settings, the pictures and their results, and the measurements.
///
/// `report.json` is this value (schema version 1, described in the module's documentation), `report.csv` its table
/// and `report.html` its page.
public struct RunReport: Codable, Sendable, Equatable {
    /// The version of the JSON schema that this build writes. It is raised when a field changes its meaning or goes;
    /// a new optional field does not raise it.
    public static let currentSchemaVersion = 1

    /// The version of the JSON schema that the report follows.
    public var schemaVersion: Int
    /// The program's name.
    public var program: String
    /// The program's version.
    public var version: String
    /// The time at which the run began, UTC.
    public var date: Date
    /// The model that was asked for.
    public var model: String
    /// The settings that were in force, as text, by option name without dashes.
    public var settings: [String: String]
    /// The gain of the method on this material; nil where it was not asked for.
    public var roundTrip: RoundTrip?
    /// The records, one for each picture (and corruption), in the order of the inputs.
    public var records: [PictureRecord]
    /// The inputs that an interruption left undone, as ``PathText``; nil where there are none.
    public var notDone: [String]?

    /// Creates a report of the current schema version; `date` is the time at which the run began.
    public init(
        program: String = "retouch", version: String, date: Date, model: String, settings: [String: String] = [:],
        roundTrip: RoundTrip? = nil,
        records: [PictureRecord], notDone: [String]? = nil
    ) {
        schemaVersion = Self.currentSchemaVersion
        self.program = program
        self.version = version
        self.date = date
        self.model = model
        self.settings = settings
        self.roundTrip = roundTrip
        self.records = records
        self.notDone = notDone
    }

    /// Returns the number of records with `outcome`.
    public func count(of outcome: Outcome.Kind) -> Int { records.count { $0.outcome.kind == outcome } }
}
