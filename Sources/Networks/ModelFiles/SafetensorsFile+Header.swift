extension SafetensorsFile {
    /// Returns the metadata and the tensors that `header` describes, the latter in the order of their data.
    static func entries(
        header: ArraySlice<UInt8>, dataByteCount: Int
    ) throws(SafetensorsError) -> (metadata: [String: String], entries: [Entry]) {
        let root: StrictJSON
        do {
            root = try StrictJSON.parse(header)
        } catch {
            switch error {
            case .malformed(let byte, let expected): throw .malformedHeader(byte: byte, expected: expected)
            case .duplicateKey(let key): throw .duplicateKey(key)
            }
        }
        guard case .object(let members) = root else { throw .malformedHeader(byte: 0, expected: "an object") }

        var metadata: [String: String] = [:]
        var entries: [Entry] = []
        for (name, value) in members {
            if name == "__metadata__" {
                metadata = try texts(value)
            } else {
                entries.append(try entry(name, value, dataByteCount: dataByteCount))
            }
        }
        entries.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        try checkTiling(entries, dataByteCount: dataByteCount)
        return (metadata, entries)
    }

    private static func texts(_ value: StrictJSON) throws(SafetensorsError) -> [String: String] {
        guard case .object(let members) = value else {
            throw .malformedEntry(name: "__metadata__", expected: "an object of texts")
        }
        var texts: [String: String] = [:]
        for (key, value) in members {
            guard case .string(let text) = value else {
                throw .malformedEntry(name: "__metadata__", expected: "a text for '\(key)'")
            }
            texts[key] = text
        }
        return texts
    }

    private static func entry(
        _ name: String, _ value: StrictJSON, dataByteCount: Int
    ) throws(SafetensorsError) -> Entry {
        guard case .object(let members) = value else { throw .malformedEntry(name: name, expected: "an object") }
        var typeName: String?
        var shape: [Int]?
        var offsets: [Int]?
        for (key, value) in members {
            switch key {
            case "dtype":
                guard case .string(let text) = value else {
                    throw .malformedEntry(name: name, expected: "a text as dtype")
                }
                typeName = text
            case "shape": shape = try naturals(value, name, "a shape of integers from 0")
            case "data_offsets": offsets = try naturals(value, name, "data_offsets of two integers from 0")
            default: throw .malformedEntry(name: name, expected: "no '\(key)'")
            }
        }
        guard let typeName else { throw .malformedEntry(name: name, expected: "a dtype") }
        guard let shape else { throw .malformedEntry(name: name, expected: "a shape") }
        guard let offsets, offsets.count == 2 else {
            throw .malformedEntry(name: name, expected: "data_offsets of two integers from 0")
        }
        guard let elementType = ElementType(rawValue: typeName) else {
            throw .unsupportedElementType(name: name, found: typeName)
        }
        let (begin, end) = (offsets[0], offsets[1])
        guard begin <= end, end <= dataByteCount else {
            throw .offsetsOutOfRange(name: name, begin: begin, end: end, available: dataByteCount)
        }
        let expected = byteCount(shape: shape, elementType: elementType)
        guard expected == end - begin else {
            throw .wrongByteCount(name: name, shape: shape, found: end - begin, expected: expected)
        }
        return Entry(name: name, elementType: elementType, shape: shape, byteRange: begin..<end)
    }

    private static func naturals(
        _ value: StrictJSON, _ name: String, _ expected: String
    ) throws(SafetensorsError) -> [Int] {
        guard case .array(let items) = value else { throw .malformedEntry(name: name, expected: expected) }
        var numbers: [Int] = []
        for item in items {
            guard case .integer(let number) = item, number >= 0 else {
                throw .malformedEntry(name: name, expected: expected)
            }
            numbers.append(number)
        }
        return numbers
    }

    /// Returns the number of bytes that a tensor needs, or nil where it exceeds the integers.
    private static func byteCount(shape: [Int], elementType: ElementType) -> Int? {
        var product = elementType.byteCount
        for extent in shape {
            let (next, overflows) = product.multipliedReportingOverflow(by: extent)
            if overflows { return nil }
            product = next
        }
        return product
    }

    /// Proves that sorted `entries` cover the data without overlap and without gap.
    private static func checkTiling(_ entries: [Entry], dataByteCount: Int) throws(SafetensorsError) {
        var covered = 0
        var previous = ""
        for entry in entries {
            let begin = entry.byteRange.lowerBound
            if begin < covered { throw .overlap(name: entry.name, other: previous) }
            if begin > covered { throw .gap(begin: covered, end: begin) }
            covered = entry.byteRange.upperBound
            previous = entry.name
        }
        if covered < dataByteCount { throw .gap(begin: covered, end: dataByteCount) }
    }
}
