import Files
import Foundation
import SystemPackage

/// Vectors in rows, each with a name and perhaps a label: what a model made of pictures, or anybody's array.
public struct LatentTable: Sendable, Equatable {
    /// The facts known of a row besides its numbers.
    public struct Entry: Sendable, Equatable {
        /// The name of the picture as `PathText` writes it; empty where none is known.
        public var path: String
        /// The label; empty where none is known.
        public var label: String
        /// The first row and column, in pixels, of the part of the picture that the vector stands for; nil for the whole
        /// picture.
        public var place: Place?

        /// Creates the entry of a row.
        public init(path: String = "", label: String = "", place: Place? = nil) {
            self.path = path
            self.label = label
            self.place = place
        }
    }

    /// A place in a picture.
    public struct Place: Sendable, Equatable {
        /// The row, in pixels from the top.
        public var top: Int
        /// The column, in pixels from the left.
        public var left: Int

        /// Creates a place from a row and a column in pixels.
        public init(top: Int, left: Int) { (self.top, self.left) = (top, left) }
    }

    /// The numbers of a row, 1 or more.
    public let dimension: Int
    /// The numbers, row after row; all are finite.
    public let elements: [Float]
    /// One entry a row.
    public let entries: [Entry]

    /// The number of rows.
    public var count: Int { entries.count }

    /// The labels of the rows, empty texts where they have none.
    public var labels: [String] { entries.map(\.label) }

    /// Creates a table of vectors of `dimension` numbers, row after row.
    ///
    /// - Throws: `LatentError.setting` where a number is not finite, or there are fewer or more entries than rows.
    public init(dimension: Int, elements: [Float], entries: [Entry]? = nil) throws(LatentError) {
        guard dimension > 0, !elements.isEmpty, elements.count % dimension == 0 else {
            throw .setting(
                name: "the number of elements", found: "\(elements.count)", expected: "whole rows of \(dimension)")
        }
        let rows = elements.count / dimension
        if let place = elements.firstIndex(where: { !$0.isFinite }) {
            throw .setting(
                name: "number \(place % dimension) of row \(place / dimension)", found: "\(elements[place])",
                expected: "a finite one")
        }
        guard entries.map({ $0.count == rows }) != false else {
            throw .setting(name: "the index", found: "of \(entries?.count ?? 0) rows", expected: "one of \(rows)")
        }
        self.dimension = dimension
        self.elements = elements
        self.entries = entries ?? Array(repeating: Entry(), count: rows)
    }

    /// Returns the numbers of a row.
    public func row(_ index: Int) -> ArraySlice<Float> { elements[index * dimension..<(index + 1) * dimension] }

    /// Returns the same table with other labels.
    ///
    /// - Throws: `LatentError.setting` where there are more or fewer labels than rows.
    public func labelled(_ labels: [String]) throws(LatentError) -> LatentTable {
        guard labels.count == count else {
            throw .setting(name: "labels", found: "\(labels.count)", expected: "one for each of \(count) rows")
        }
        return try LatentTable(
            dimension: dimension, elements: elements,
            entries: zip(entries, labels).map { Entry(path: $0.path, label: $1, place: $0.place) })
    }

    /// Returns a table of some of the rows.
    ///
    /// - Precondition: `rows` is not empty.
    public func rows(_ rows: [Int]) -> LatentTable {
        LatentTable(
            checked: dimension, elements: rows.flatMap { row($0) }, entries: rows.map { entries[$0] })
    }

    private init(checked dimension: Int, elements: [Float], entries: [Entry]) {
        self.dimension = dimension
        self.elements = elements
        self.entries = entries
    }

    /// Returns the index of the row that a text names: its number from 0, or the name of its picture, in full or its
    /// last part where only one has it.
    ///
    /// - Throws: `LatentError.setting` where there is none, or several.
    public func index(of text: String) throws(LatentError) -> Int {
        func failure(_ found: String, _ expected: String) -> LatentError {
            .setting(name: "'\(text)'", found: found, expected: expected)
        }
        if let named = entries.firstIndex(where: { $0.path == text }) {
            return named
        }
        if let number = Int(text) {
            guard entries.indices.contains(number) else {
                throw failure("no row", "0 to \(count - 1), or the name of a picture")
            }
            return number
        }
        let ends = entries.indices.filter { entries[$0].path.hasSuffix("/" + text) }
        guard let first = ends.first else { throw failure("the name of no row", "one of 0 to \(count - 1), or a name") }
        guard ends.count == 1 else { throw failure("the end of \(ends.count) names", "the whole name of one") }
        return first
    }
}
