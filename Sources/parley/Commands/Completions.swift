import ArgumentParser
import Foundation
import RichText
import SessionCore
import Settings

/// What a shell offers for an argument beside options: names from the files here. No service is asked, and nothing is written.
enum Completions {
    /// A word that can be completed, with what it is.
    struct Word {
        var text: String
        var about = ""
    }

    static let tasks = CompletionKind.custom { _, _, typed in await words(taskWords(typed: typed)) }
    static let accounts = CompletionKind.custom { _, _, _ in words(accountWords) }
    static let agents = CompletionKind.custom { words, _, _ in
        await Self.words(agentWords(of: value(of: "--account", in: words)))
    }
    static let themes = CompletionKind.custom { _, _, _ in words(themeWords) }
    static let pages = CompletionKind.custom { _, _, _ in words(pageWords) }

    // MARK: Words

    private static var accountWords: [Word] {
        let context = ProgramContext(config: nil)
        return context.config.accounts.map { Word(text: $0.name, about: $0.service.rawValue) }
            + (context.offersLocal
                ? [Word(text: ProgramContext.localAccount, about: "the local server")] : [])
    }

    private static var themeWords: [Word] {
        let (catalog, _) = ThemeCatalog.load(from: ProgramContext(config: nil).folders)
        return [Word(text: "auto", about: "the terminal's own colours")]
            + catalog.all.map { Word(text: $0.name, about: $0.variant.rawValue) }
    }

    /// The agents that the files name, and those of stored tasks.
    private static func agentWords(of account: String?) async -> [Word] {
        let context = ProgramContext(config: nil)
        var known: [(account: String, name: String)] = context.config.accounts.flatMap { account in
            account.agents.map { (account.name, $0.name) }
        }
        if context.offersLocal {
            let served = context.server.settings.agents?.map { $0.name ?? $0.key } ?? []
            known += served.map { (ProgramContext.localAccount, $0) }
        }
        known += await storedTasks(context).map { ($0.account, $0.agent.name) }
        var seen: Set<String> = []
        return known.filter { account == nil || $0.account == account }
            .filter { seen.insert($0.name).inserted }
            .map { Word(text: $0.name, about: $0.account) }
    }

    /// Ids with their titles, or titles where only these say anything, or where something has been typed.
    private static func taskWords(typed: String) async -> [Word] {
        let tasks = await storedTasks(ProgramContext(config: nil)).prefix(200)
        let ids = tasks.map { Word(text: String($0.id.rawValue.prefix(8)), about: $0.title) }
        let titles = tasks.filter { !$0.title.isEmpty }.map { Word(text: $0.title, about: $0.agent.name) }
        guard typed.isEmpty else { return titles + ids }
        return CompletionShell.requesting == .bash ? titles : ids
    }

    /// The pages by the last words of their names: `send`, `config.5`.
    private static var pageWords: [Word] {
        let pages = (try? ManualPage.all()) ?? []
        return pages.filter { $0.name.split(separator: "-").count == 2 }.map { page in
            let name = String(page.name.dropFirst("parley-".count))
            return Word(text: page.section == 1 ? name : "\(name).\(page.section)", about: page.about)
        }
    }

    /// The tasks of a store that exists, the most recent first.
    private static func storedTasks(_ context: ProgramContext) async -> [ChatTask] {
        guard FileManager.default.fileExists(atPath: context.folders.database),
            let store = try? SessionStore(path: context.folders.database)
        else { return [] }
        return (try? await store.tasks(includingArchived: false)) ?? []
    }

    private static func value(of option: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(of: option), index + 1 < words.count else { return nil }
        return words[index + 1]
    }

    // MARK: Shells

    /// The words as the completion script of the shell reads them. They come from outside: none may be more than a word.
    private static func words(_ words: [Word]) -> [String] {
        words.map { word in
            let (text, about) = (SafeText.cell(word.text), SafeText.cell(word.about))
            return switch CompletionShell.requesting {
            // bash expands what it is given.
            case .some(.bash): "'" + text.replacing("'", with: "'\\''") + "'"
            case .some(.fish): about.isEmpty ? text : text + "\t" + about
            case .some(.zsh):
                text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
                    + (about.isEmpty ? "" : ":" + about)
            default: text
            }
        }
    }
}
