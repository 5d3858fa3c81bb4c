import Foundation
import RichText
import SessionCore
import Settings
import Timing

// Templates: texts with blanks, which go into the message.
extension Model {
    /// Offers the templates.
    mutating func chooseTemplate() -> [Effect] {
        dialogs.open(.templates(context.templates))
        return []
    }

    mutating func useTemplate(named name: String) -> [Effect] {
        guard let template = context.templates.named(name) else {
            let names = context.templates.all.map(\.name).joined(separator: ", ")
            let known = names.isEmpty ? Picker.noTemplates(context.templates) : "Templates: \(names)."
            return [.notice("There is no template “\(name)”. \(known)", .statusError)]
        }
        return use(template)
    }

    /// Fills the blanks of a template: what is known at once, the clipboard, then what the person is asked for. What is in the input
    /// stays as it is until all are filled.
    mutating func use(_ template: Template) -> [Effect] {
        let transcript = tasks.focused.flatMap { conversation[$0] }
        let selected = (transcript?.selectedMessage ?? transcript?.lastReply)?.text ?? ""
        filling = TemplateFilling(
            template,
            values: [Template.selection: selected, Template.date: context.labels.isoDay(context.now)])
        if filling?.awaitsClipboard == true { return [.readClipboard] }
        return fillNextBlank()
    }

    /// The clipboard was read.
    /// - Parameter text: nil where it cannot be read.
    mutating func clipboardRead(_ text: String?) -> [Effect] {
        guard filling?.awaitsClipboard == true else { return [] }
        filling?.values[Template.clipboard] = text ?? ""
        let notice: [Effect] =
            text == nil
            ? [
                .notice(
                    "The clipboard cannot be read here: it needs wl-paste, xclip, xsel or tmux. {{clipboard}} is empty.",
                    .statusError)
            ] : []
        return fillNextBlank() + notice
    }

    /// A blank was filled in the dialog.
    mutating func fillBlank(with text: String) -> [Effect] {
        filling?.answer(text)
        return fillNextBlank()
    }

    private mutating func fillNextBlank() -> [Effect] {
        guard let filling else { return [] }
        if let question = filling.question {
            dialogs.open(Prompt(title: question, purpose: .blank, text: ""))
            return []
        }
        self.filling = nil
        pane = .input
        if let task = tasks.focused { conversation.deselect(in: task) }
        composer.insert(filling.text)
        composer.closeMenu()
        return []
    }
}
