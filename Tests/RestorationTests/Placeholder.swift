import Testing

@Test func placeholderRestoration() { #expect(Bool(true)) }
