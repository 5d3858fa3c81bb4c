import RichText
import Settings
import TestSupport
import Testing

@Suite struct AppearanceTests {
    private func load(_ text: String) throws -> (Appearance, [String]) {
        let folder = try TemporaryFolder()
        try folder.write(text, to: ".config/parley/config.toml")
        let (config, problems) = Config.load(from: folder.folders, environment: [:])
        return (config.appearance, problems.map(\.description))
    }

    @Test func everyKeyIsRead() throws {
        let (read, problems) = try load(
            """
            colors = 256
            list-width = 40
            list-agents = true
            text-width = "full"
            fold-lines = "off"
            status-line = ["agent", "running"]
            times = "relative"
            clock = 12
            hints = false
            mouse = true
            confirm-quit = false
            """)
        var expected = Appearance()
        expected.colors = .indexed
        expected.listWidth = 40
        expected.listAgents = true
        expected.textWidth = nil
        expected.foldLines = nil
        expected.statusLine = [.agent, .running]
        expected.times = .relative
        expected.clock = .twelve
        expected.hints = false
        expected.mouse = true
        expected.confirmQuit = false
        #expect(read == expected)
        #expect(problems == [])
    }

    @Test(arguments: [
        (#""auto""#, ColorDepth?.none), (#""none""#, ColorDepth.none), ("8", .eight), (#""16""#, .sixteen),
        ("256", .indexed), (#""truecolor""#, .direct),
    ])
    func coloursAreNumbersOrWords(text: String, depth: ColorDepth?) throws {
        let (read, problems) = try load("colors = \(text)")
        #expect(read.colors == depth)
        #expect(problems == [])
    }

    @Test(arguments: [
        ("colors = 88", #""colors" has to be "auto", "none", 8, 16, 256 or "truecolor"."#),
        ("colors = true", #""colors" has to be "auto""#),
        ("list-width = 15", #""list-width" has to be a whole number from 16 to 200, or "auto"."#),
        (#"list-width = "wide""#, #""list-width" has to be a whole number from 16 to 200, or "auto"."#),
        ("text-width = 0", #""text-width" has to be a whole number from 20 to 1000, or "full"."#),
        (#"times = "relativ""#, #"There is no way "relativ" to show times. Did you mean "relative"?"#),
        ("fold-lines = 5", #""fold-lines" has to be a whole number from 10 to 1000000, or "off"."#),
        (
            #"status-line = ["acount"]"#,
            #"The status bar has no part "acount". Did you mean "account"?"#
        ),
        ("clock = 13", #""clock" has to be 12 or 24."#), ("hints = 1", "it has to be true or false"),
        (#"list-agents = "yes""#, "it has to be true or false"),
        ("mouse = \"on\"", "it has to be true or false"),
        ("confirm-quit = 0", "it has to be true or false"),
    ])
    func whatIsWrongIsReportedAndTheDefaultCounts(text: String, problem: String) throws {
        let (read, problems) = try load(text)
        #expect(read == Appearance())
        #expect(problems.count == 1)
        #expect(problems.first?.contains(problem) == true, "\(problems)")
        #expect(problems.first?.contains("config.toml:1") == true)
    }
}
