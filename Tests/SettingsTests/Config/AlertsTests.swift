import RichText
import Settings
import TestSupport
import Testing

@Suite struct AlertsTests {
    private func load(_ text: String) throws -> (Alerts, [String]) {
        let folder = try TemporaryFolder()
        try folder.write(text, to: ".config/parley/config.toml")
        let (config, problems) = Config.load(from: folder.folders, environment: [:])
        return (config.alerts, problems.map(\.description))
    }

    @Test(arguments: [
        ("", Alerts(bell: true, notifications: .automatic)), ("bell = false", Alerts(bell: false)),
        (#"notify = "off""#, Alerts(notifications: .off)), (#"notify = "auto""#, Alerts()),
        (#"notify = "osc777""#, Alerts(notifications: .sequence(.osc777))),
        (#"notify = ["say", "hello"]"#, Alerts(notifications: .command(["say", "hello"]))),
    ])
    func everyChoiceIsRead(text: String, alerts: Alerts) throws {
        let (loaded, problems) = try load(text)
        #expect(loaded == alerts)
        #expect(problems == [])
    }

    @Test(arguments: [
        (#"notify = "of""#, #"There is no kind of notification "of". Did you mean "off"?"#),
        ("notify = []", "notify names no program."), ("notify = 1", "it has to be a string"),
        ("notify = [1]", "it has to be a list of strings"), (#"bell = "no""#, "it has to be true or false"),
    ])
    func whatIsWrongIsReportedAndTheDefaultCounts(text: String, problem: String) throws {
        let (loaded, problems) = try load(text)
        #expect(loaded == Alerts())
        #expect(problems.count == 1)
        #expect(problems.first?.contains(problem) == true, "\(problems)")
    }
}
