import Testing

@Test func placeholderTensors() { #expect(Bool(true)) }
