import Testing

@Test func placeholderFiles() { #expect(Bool(true)) }
