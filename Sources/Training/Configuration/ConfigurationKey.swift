/// One or several keys of a configuration's JSON object, with what reads and writes the value that they stand for. A key
/// that is missing or null leaves the value as it is.
struct ConfigurationKey<Root> {
    let names: [String]
    let read: (inout Root, inout StrictFields) throws -> Void
    let write: (Root, inout KeyedEncodingContainer<StrictFields.Key>) throws -> Void
}

extension ConfigurationKey {
    init<Value: Codable>(_ name: String, _ value: WritableKeyPath<Root, Value>) {
        names = [name]
        read = { root, fields in
            if let given: Value = try fields.take(name) { root[keyPath: value] = given }
        }
        write = { root, container in
            try container.encode(root[keyPath: value], forKey: .init(stringValue: name))
        }
    }

    /// A key whose null is a value and not the standard.
    init<Value: Codable>(_ name: String, nullable value: WritableKeyPath<Root, Value?>) {
        names = [name]
        read = { root, fields in
            let isGiven = fields.has(name)
            let given: Value? = try fields.take(name)
            if isGiven { root[keyPath: value] = given }
        }
        write = { root, container in
            try container.encode(root[keyPath: value], forKey: .init(stringValue: name))
        }
    }

    /// A key that is written only where there is a value, as keys are that earlier versions did not know.
    init<Value: Codable>(_ name: String, omitting value: WritableKeyPath<Root, Value?>) {
        names = [name]
        read = { root, fields in
            if let given: Value = try fields.take(name) { root[keyPath: value] = given }
        }
        write = { root, container in
            try container.encodeIfPresent(root[keyPath: value], forKey: .init(stringValue: name))
        }
    }

    /// Returns the same key for what has `Root` as a part.
    func of<Whole>(_ part: WritableKeyPath<Whole, Root>) -> ConfigurationKey<Whole> {
        .init(
            names: names, read: { whole, fields in try read(&whole[keyPath: part], &fields) },
            write: { whole, container in try write(whole[keyPath: part], &container) })
    }
}
