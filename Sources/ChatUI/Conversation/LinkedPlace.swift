import Foundation
import RichText

/// Where a link leads: what a person has to know before it is opened.
struct LinkedPlace: Hashable, Sendable {
    let address: String
    /// The host that is asked, and nothing that only looks like one; nil for an address without.
    let host: String?
    /// Whether it can be opened: others than web and mail addresses start programs that nobody expects.
    let canBeOpened: Bool

    init(_ address: String) {
        self.address = address
        let scheme = address.prefix { $0 != ":" }.lowercased()
        canBeOpened = ["http", "https", "mailto"].contains(scheme)
        guard ["http", "https"].contains(scheme), let start = address.range(of: "://")?.upperBound else {
            host = nil
            return
        }
        // A backslash ends the host for a browser.
        let authority = address[start...].prefix { !"/?#\\".contains($0) }
        let place = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let bare = place.hasPrefix("[") ? place : place.prefix { $0 != ":" }
        host = bare.isEmpty ? nil : SafeText.cell(String(bare))
    }

    /// What is not what it seems; nil where there is nothing to warn of.
    var warning: String? {
        guard let host else { return nil }
        let foreign = host.unicodeScalars.filter { !$0.isASCII }
        if !foreign.isEmpty {
            let names = Set(
                foreign.map { scalar in
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    return "\(scalar) is U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
                })
            return "Letters that may imitate others: " + names.sorted().prefix(4).joined(separator: ", ")
        }
        if host.lowercased().split(separator: ".").contains(where: { $0.hasPrefix("xn--") }) {
            return "The name is written in other letters than it is shown in here."
        }
        let authority = address.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        if authority.count > 1, authority.dropFirst(1).first?.isEmpty == true, authority.count > 2,
            authority[2].prefix(while: { !"/?#\\".contains($0) }).contains("@")
        {
            return "What stands before the @ is a name, not the host."
        }
        return nil
    }
}
