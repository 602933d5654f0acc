import Testing

@Test func placeholderNetworks() { #expect(Bool(true)) }
