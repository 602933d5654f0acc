public import Tensors

extension SafetensorsFile {
    /// Returns the bytes of a safetensors file with `tensors` in the given order and `metadata`.
    ///
    /// The metadata's keys are sorted and the header's end is padded with blanks, so that the data begins at a multiple
    /// of eight bytes and the same content always gives the same bytes.
    ///
    /// - Parameter elementType: the format of the elements; F16 and BF16 round to the nearest, ties to even.
    /// - Precondition: no two tensors have one name, and none is called `__metadata__`.
    public static func bytes(
        tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:],
        elementType: ElementType = .float32
    ) -> [UInt8] {
        precondition(Set(tensors.map(\.name)).count == tensors.count, "two tensors have one name")
        var header = "{"
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            header += "\"__metadata__\":{\(texts.joined(separator: ","))}"
        }
        var data: [UInt8] = []
        data.reserveCapacity(tensors.reduce(0) { $0 + $1.tensor.elements.count } * elementType.byteCount)
        for (name, tensor) in tensors {
            precondition(name != "__metadata__", "this name is the format's own")
            let begin = data.count
            append(tensor.elements, as: elementType, to: &data)
            if header.utf8.count > 1 { header += "," }
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            header += "\(quoted(name)):{\"dtype\":\"\(elementType.rawValue)\",\"shape\":[\(shape)],"
            header += "\"data_offsets\":[\(begin),\(data.count)]}"
        }
        header += "}"
        header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
        return length + Array(header.utf8) + data
    }

    private static func append(_ elements: [Float], as elementType: ElementType, to data: inout [UInt8]) {
        for element in elements {
            switch elementType {
            case .float32:
                withUnsafeBytes(of: element.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            case .float16:
                withUnsafeBytes(of: ElementType.half(from: element).littleEndian) { data.append(contentsOf: $0) }
            case .bfloat16:
                withUnsafeBytes(of: ElementType.brain(from: element).littleEndian) { data.append(contentsOf: $0) }
            }
        }
    }

    /// Returns `text` as a JSON string.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
