using System.CommandLine;
using System.CommandLine.Parsing;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Client.Attachments;
using Xmtp.ContentTypes;
using Xmtp.Protocol;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cli.Commands;

/// <summary><c>xmtp send ADDRESS [TEXT]</c>.</summary>
internal static class SendCommand
{
    public static Command Create()
    {
        var address = AddressArgument.Optional("Account to write to; with --json-in the one for lines that name none.");
        var text = new Argument<string?>("text")
        {
            Description = "What to send, after -- if it begins with a dash; read from standard input when absent.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var conversationId = ConversationIdOption.Create("the default one");
        var options = new SendOptionSet();
        var command = new Command("send", "Send a text, a reaction or a file.") { address, text, conversationId };
        foreach (var option in options.All) command.Options.Add(option);
        command.Validators.Add(result => options.Validate(result, address, text));
        command.Run(async (parsed, console, cancellationToken) =>
        {
            var given = parsed.GetValue(text);
            if (given is ['-', ..] && parsed.Tokens.All(static token => token.Type != TokenType.DoubleDash))
                return console.Failure(ErrorCatalogue.OptionsInvalid, $"'{given}' is not an option of `xmtp send`.", "Put -- before a text that begins with a dash.");
            if (parsed.GetValue(options.JsonIn)) return await SendLines.RunAsync(parsed, console, parsed.GetValue(address), parsed.GetValue(conversationId), cancellationToken);
            var content = await ContentAsync(parsed, options, given, cancellationToken);

            // Before a conversation is made, which the peer would see, and before a file is uploaded.
            OutgoingContent.ThrowIfTooLong(content, isRemote: parsed.GetValue(options.UploadTo) is not null);
            await using var client = await Session.OpenAsync(parsed, cancellationToken);
            if (content is Attachment file && parsed.GetValue(options.UploadTo) is { } folder)
            {
                // The user chose the server, so it may be one of the house.
                using var storage = new HttpAttachmentStorage(new HttpAttachmentStorageOptions { UploadTo = folder, AllowPrivateAddresses = true });
                content = await storage.UploadRemoteAttachmentAsync(file, cancellationToken: cancellationToken);
            }

            if (parsed.GetValue(options.ReplyTo) is { } answered) content = new Reply(answered.ToString(), content);
            var conversation = await Session.ConversationAsync(client, parsed.GetValue(address)!.Value, parsed.GetValue(conversationId), cancellationToken);
            MessageForms.Show(console, await conversation.SendAsync(content, cancellationToken));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<object> ContentAsync(ParseResult parsed, SendOptionSet options, string? given, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(options.React) is { } reaction)
        {
            return new Reaction
            {
                Content = reaction,
                Reference = parsed.GetValue(options.To)!.Value.ToString(),
                Action = parsed.GetValue(options.Remove) ? ReactionAction.Removed : ReactionAction.Added,
                Schema = ReactionSchema.Unicode,
            };
        }

        if (parsed.GetValue(options.Attach) is { } file)
            return await OutgoingContent.ReadFileAsync(file, parsed.GetValue(options.MimeType), parsed.GetValue(options.UploadTo) is not null, cancellationToken);
        var type = parsed.GetValue(options.ContentType);
        if (type == SendOptionSet.ReadReceiptType) return new ReadReceipt();
        var text = given ?? await CommandRunner.RunBlockingAsync(ReadInput, cancellationToken);
        if (text.Length == 0) throw new XmtpException(ErrorCatalogue.MalformedData, "There is no text to send: give it as an argument or on standard input.");
        return type == SendOptionSet.MarkdownType ? new Markdown(text) : text;
    }

    private static string ReadInput()
    {
        if (!Console.IsInputRedirected) return Terminal.AskText("Write the text, and end it with Ctrl+D on a line of its own:");

        // More than fits, the line break included, so that too long a text is refused as such and not cut.
        var buffer = new char[Limits.MessageLengthMaxBytes + 3];
        var text = buffer.AsSpan(0, Console.In.ReadBlock(buffer));
        if (text.EndsWith("\n")) text = text[..^1];
        if (text.EndsWith("\r")) text = text[..^1];
        return text.ToString();
    }
}
