import Testing

@Test func placeholderReports() { #expect(Bool(true)) }
