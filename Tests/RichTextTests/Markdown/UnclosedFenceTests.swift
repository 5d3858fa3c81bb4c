import Testing

@testable import RichText

/// Where a text ends inside a code block.
struct UnclosedFenceTests {
    @Test(
        arguments: [
            ("", nil), ("Hello", nil), ("```sh\nls\n```", nil), ("```sh\nls\n```\n", nil), ("`` a ```", nil),
            ("```sh\nls", "```"), ("```sh\nls\n", "```"), ("```", "```"), ("text\n\n~~~~\nls\n```", "~~~~"),
            ("````\n```\nls\n```", "````"), ("```\na\n```\n```b", "```"),
        ] as [(String, String?)])
    func itIsClosedByItsOwnFence(text: String, fence: String?) {
        #expect(TextPages.unclosedFence(of: text) == fence)
    }
}
