import Foundation
import RichText
import TestSupport
import Testing

@testable import Settings

/// The files of languages: those that are built in, and a person's own.
@Suite struct LanguageFileTests {
    static let folder = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in
        url.deletingLastPathComponent()
    }.appendingPathComponent("Sources/Settings/Resources/languages").path

    @Test func `every file of the folder is built in, and has no problem`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder).filter {
            $0.hasSuffix(".toml")
        }
        #expect(Set(files) == Set(BuiltInLanguages.files.map { $0.name + ".toml" }))
        for (name, text) in BuiltInLanguages.files {
            var file = SettingsFile(text: text, name: name)
            _ = Language(file: &file, name: "")
            #expect(file.problems == [])
        }
    }

    @Test func `no two languages have a name in common`() {
        let names = LanguageCatalog.builtIn.all.flatMap { [$0.name] + $0.aliases }
        #expect(names.count == Set(names.map { $0.lowercased() }).count)
        #expect(LanguageCatalog.builtIn.all.count >= 60)
    }

    @Test func `a person's language comes before a built-in one`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            name = "mine"
            aliases = ["lua", "my"]
            keywords = "begin end"
            strings = ["'", { open = "'''", multiline = true }]
            """, to: ".config/parley/languages/a.toml")
        try folder.write("keywords = [\"x\"]", to: ".config/parley/languages/python.toml")
        try folder.write("not a language", to: ".config/parley/languages/notes.txt")
        let (catalog, problems) = LanguageCatalog.load(from: folder.folders)
        #expect(problems == [])
        let mine = try #require(catalog.named("my"))
        #expect(mine.name == "mine" && mine.keywords == ["begin", "end"])
        // The longer opening is tried first.
        #expect(mine.quotations.map(\.open) == ["'''", "'"])
        #expect(catalog.named("LUA") == mine)
        #expect(catalog.named("luau") == nil)
        #expect(catalog.named("python")?.keywords == ["x"])
        #expect(catalog.named("py") == nil)
        #expect(catalog.named("rust") == LanguageCatalog.builtIn.named("rust"))
    }

    @Test func `without files the catalog is the built-in one`() throws {
        let (catalog, problems) = LanguageCatalog.load(from: try TemporaryFolder().folders)
        #expect(catalog == .builtIn && problems == [])
    }

    /// Lines of a file, and what is said of them.
    static let mistakes: [(String, String)] = [
        ("keyword = \"if\"", "1: Unknown key \"keyword\". Did you mean \"keywords\"?"),
        (
            "name = \"my language\"",
            "1: \"my language\" cannot name a language. A name has 1 to 40 characters and no blanks, as in \"python\"."
        ),
        (
            "keywords = 3",
            "1: \"keywords\" is a number; it has to be a list of strings. Write it as in keywords = \"if else end\""
        ),
        ("tags = \"yes\"", "1: \"tags\" is a string; it has to be true or false. Write it as in tags = true"),
        ("keys = \"word\"", "1: There are no keys \"word\". Did you mean \"words\"?"),
        (
            "\nstrings = [\"\"]",
            "2: \"\" is not 1 to 32 characters of one line. Write what the code has, as in \"//\"."
        ),
        (
            "strings = [3]",
            "1: An element of \"strings\" is no table. Write it as in { open = \"…\", close = \"…\" }"
        ),
        (
            "strings = '\"'",
            "1: \"strings\" is a string; it has to be a list. Write it as in strings = [\"'\", { open = \"#'\", close = \"'#\" }]"
        ),
        (
            "strings = [\n  { open = \"'\", multilines = true }]",
            "2: Unknown key \"multilines\" in \"strings\". Did you mean \"multiline\"?"
        ),
        (
            "block-comments = [{ open = \"/*\" }]",
            "1: \"close\" is missing in \"block-comments\". Add close = \"…\""
        ),
        ("lines = [{ start = \"+\" }]", "1: \"role\" is missing. Write it as in role = \"comment\""),
        (
            "lines = [\n{ start = \"+\", role = \"coment\" }]",
            "2: There is no role \"coment\" of code. Did you mean \"comment\"?"
        ),
        (
            "[prefixes]\n\"@@\" = \"type\"",
            "2: \"@@\" is not one ASCII character. Write it as in \"@\" = \"type\"."
        ),
        ("[prefixes]\n\"@\" = \"typ\"", "2: There is no role \"typ\" of code. Did you mean \"type\"?"),
        (
            "word-characters = \"ä\"",
            "1: Not all of these can be in a word. Letters, digits and _ are; others may be ASCII characters without blanks."
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake is said with its line, and the rest counts`(text: String, problem: String) throws {
        let folder = try TemporaryFolder()
        let place = ".config/parley/languages/x.toml"
        try folder.write(text, to: place)
        let (catalog, problems) = LanguageCatalog.load(from: folder.folders)
        #expect(problems.map(\.description) == ["~/\(place):\(problem)"])
        #expect(catalog.named("x") != nil)
    }

    @Test func `two files cannot have the same name, and one that is no TOML is no language`() throws {
        let folder = try TemporaryFolder()
        let place = ".config/parley/languages/"
        try folder.write("name = \"x\"", to: place + "a.toml")
        try folder.write("\nname = \"X\"", to: place + "b.toml")
        try folder.write("name = ", to: place + "c.toml")
        let (catalog, problems) = LanguageCatalog.load(from: folder.folders)
        #expect(problems.count == 2)
        #expect(
            problems.first?.description
                == "~/\(place)b.toml:2: a.toml is called \"X\" as well. Give this language another name.")
        #expect(problems.last?.line == 1)
        #expect(catalog.named("c")?.name == LanguageCatalog.builtIn.named("c")?.name)
    }
}
