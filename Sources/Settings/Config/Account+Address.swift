import Foundation
import Wire

extension Config.Account {
    /// What is wrong with an address, as the rest of a sentence.
    public static func fault(ofURL text: String) -> String? {
        guard text.contains(/^https?:\/\//.ignoresCase()) else {
            return "has to begin with https:// or http://"
        }
        guard let url = URLComponents(string: text, encodingInvalidCharacters: false) else {
            return "has characters that no address has"
        }
        guard let host = url.host, !host.isEmpty else { return "names no host" }
        if ["http", "https"].contains(host.lowercased()), url.path.hasPrefix("//") {
            return "has https:// or http:// in it twice"
        }
        if url.user != nil || url.password != nil {
            return "holds a user name or password, which belongs in key-env, key-command or key-file"
        }
        if let port = url.port, !(1...65535).contains(port) { return "has a port that does not exist" }
        if url.query != nil || url.fragment != nil { return "must end with the path, without ? or #" }
        return nil
    }

    /// Whether what is sent to an address can be read on the way: without encryption, to another machine.
    public static func isInClear(_ text: String) -> Bool {
        guard let url = URLComponents(string: text), url.scheme?.lowercased() == "http" else { return false }
        return !Loopback.contains(url.host ?? "")
    }
}
