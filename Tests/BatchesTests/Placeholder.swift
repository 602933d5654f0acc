import Testing

@Test func placeholderBatches() { #expect(Bool(true)) }
