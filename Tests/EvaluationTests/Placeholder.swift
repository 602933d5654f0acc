import Testing

@Test func placeholderEvaluation() { #expect(Bool(true)) }
