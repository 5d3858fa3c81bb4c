import ChatUI
import Foundation
import RichText
import SessionCore
import Settings
import Storage

/// The person's files, as far as they name them in the input. Works beside the interface: a folder may be on a slow disk.
struct PersonalFiles: Sendable {
    /// The most that a message takes in of a file.
    static let byteLimit = 1 << 20

    /// What `~` means.
    let folders: Folders

    /// Lists a folder. One that cannot be read holds nothing.
    func list(_ folder: String, answer: @escaping @Sendable (FilesAnswer) -> Void) {
        Task.detached {
            let place = URL(fileURLWithPath: expanded(folder.isEmpty ? "." : folder))
            let found =
                (try? FileManager.default.contentsOfDirectory(
                    at: place, includingPropertiesForKeys: [.isDirectoryKey])) ?? []
            let names = found.map { url in
                var isFolder: ObjCBool = false
                // Follows symbolic links.
                _ = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
                return url.lastPathComponent + (isFolder.boolValue ? "/" : "")
            }
            answer(.listing(FolderListing(folder: folder, names: names.sorted())))
        }
    }

    /// Reads a text.
    func read(_ path: String, answer: @escaping @Sendable (FilesAnswer) -> Void) {
        Task.detached { answer(text(of: path)) }
    }

    /// Writes a text into a file that does not exist yet.
    func write(_ text: String, to path: String, answer: @escaping @Sendable (FilesAnswer) -> Void) {
        Task.detached { answer(written(text, to: path, mode: 0o644)) }
    }

    /// Writes a task into a file that does not exist yet and that only the person can read.
    func export(
        _ task: ChatTask.ID, of store: SessionStore, to path: String,
        answer: @escaping @Sendable (FilesAnswer) -> Void
    ) {
        Task.detached {
            guard let document = TranscriptDocument(path: path) else {
                return answer(
                    .failed(
                        "“\(path)” names no form to export to: let it end with \(TranscriptDocument.endings)."
                    ))
            }
            do {
                guard let task = try await store.task(task) else { return }
                let text = try await document.text(
                    of: Transcript(of: task, in: store), languages: LanguageCatalog.load(from: folders).0)
                answer(written(text, to: path, mode: 0o600))
            } catch {
                answer(.failed("The task was not exported. \(error)"))
            }
        }
    }

    private func written(_ text: String, to path: String, mode: mode_t) -> FilesAnswer {
        do {
            let ended = text.hasSuffix("\n") ? text : text + "\n"
            try AtomicFile.write(ended, to: expanded(path), mode: mode, overwriting: false)
            return .written(path)
        } catch  where error.number == EEXIST {
            return .failed("“\(path)” exists already and was left as it is. Give another name.")
        } catch {
            return .failed("“\(path)” was not written: \(error.reason).")
        }
    }

    /// Reads a text to attach it.
    func attach(_ path: String, answer: @escaping @Sendable (FilesAnswer) -> Void) {
        Task.detached {
            guard case .text(let text) = text(of: path) else { return answer(text(of: path)) }
            answer(
                .attachment(
                    text, path: path, name: SafeText.cell(String(path.split(separator: "/").last ?? ""))))
        }
    }

    private func text(of path: String) -> FilesAnswer {
        let file = expanded(path)
        // A pipe or a device could keep its reader waiting.
        guard
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: file).resolvingSymlinksInPath().path)
        else {
            return .failed("There is no file “\(path)”.")
        }
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            return .failed("“\(path)” is not a file.")
        }
        guard (attributes[.size] as? Int ?? 0) <= Self.byteLimit else {
            return .failed("“\(path)” is larger than 1 MB.")
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            return .failed("“\(path)” cannot be read.")
        }
        guard let text = String(data: data, encoding: .utf8), !text.utf8.contains(0) else {
            return .failed("“\(path)” is not a text file.")
        }
        return .text(text.replacing("\r\n", with: "\n"))
    }

    private func expanded(_ path: String) -> String {
        path == "~" || path.hasPrefix("~/") ? folders.home + path.dropFirst() : path
    }
}
