import Testing

@Test func placeholderQuality() { #expect(Bool(true)) }
