using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Xmtp.Client.Messages;

namespace Xmtp.Cli.Commands;

/// <summary>What <c>xmtp send</c> can be told beside the text.</summary>
internal sealed class SendOptionSet
{
    public const string TextType = "text";
    public const string MarkdownType = "markdown";
    public const string ReadReceiptType = "read-receipt";

    public Option<string> ContentType { get; } = new Option<string>("--content-type")
    {
        Description = "What is sent: text, markdown or read-receipt.",
        HelpName = "type",
        DefaultValueFactory = static _ => TextType,
    }.AcceptOnlyFromAmong(TextType, MarkdownType, ReadReceiptType);

    public Option<MessageId?> ReplyTo { get; } = Id("--reply-to", "The message that this answers.");

    public Option<string?> React { get; } = new("--react") { Description = "Send this reaction, usually an emoji, to the message of --to.", HelpName = "emoji" };

    public Option<MessageId?> To { get; } = Id("--to", "The message that --react is about.");

    public Option<bool> Remove { get; } = new("--remove") { Description = "With --react: take the reaction back." };

    public Option<FileInfo?> Attach { get; } = new("--attach") { Description = "Send this file: in the message, or with --upload-to encrypted on a server.", HelpName = "file" };

    public Option<string?> MimeType { get; } = new("--mime-type") { Description = "MIME type of the file; by its name when absent.", HelpName = "type" };

    public Option<Uri?> UploadTo { get; } = new("--upload-to")
    {
        Description = "PUT the encrypted file into this folder, https with a slash at the end, and send where it lies and its key.",
        HelpName = "url",
        CustomParser = static result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.AbsolutePath.EndsWith('/')) return url;
            result.AddError("--upload-to: the address must be https and end with a slash.");
            return null;
        },
    };

    public Option<bool> JsonIn { get; } = new("--json-in") { Description = "Read one message a line from standard input, as JSON, and tell what became of each in order." };

    public IReadOnlyList<Option> All => [ContentType, ReplyTo, React, To, Remove, Attach, MimeType, UploadTo, JsonIn];

    /// <summary>Refuses what contradicts itself, before anything is opened.</summary>
    public void Validate(CommandResult result, Argument address, Argument text)
    {
        bool Has(Symbol symbol) => symbol switch
        {
            Option option => result.GetResult(option) is { Implicit: false },
            Argument argument => result.GetResult(argument) is { Tokens.Count: > 0 },
            _ => false,
        };
        if (!Has(address) && !Has(JsonIn)) result.AddError("Required argument missing: the address of the account to write to.");
        if (Has(To) != Has(React)) result.AddError("--react and --to go together: what, and to which message.");
        if (Has(Remove) && !Has(React)) result.AddError("--remove goes with --react.");
        if ((Has(UploadTo) || Has(MimeType)) && !Has(Attach)) result.AddError("--upload-to and --mime-type go with --attach.");
        if (Has(React) && (Has(text) || Has(Attach) || Has(ReplyTo) || Has(ContentType))) result.AddError("A reaction has neither text nor file, and is no reply.");
        if (Has(Attach) && (Has(text) || Has(ContentType))) result.AddError("A file is sent without text; send the text as another message.");
        if (result.GetResult(ContentType)?.Tokens is [{ Value: ReadReceiptType }] && (Has(text) || Has(ReplyTo))) result.AddError("A read receipt has no text, and is no reply.");
        if (Has(JsonIn) && (Has(text) || Has(React) || Has(Attach) || Has(ReplyTo) || Has(ContentType))) result.AddError("With --json-in every line says what is sent.");
    }

    private static Option<MessageId?> Id(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "id",
        CustomParser = result =>
        {
            if (MessageId.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var id)) return id;
            result.AddError($"{name}: an id is 64 hex digits, as `xmtp read --json` shows it.");
            return null;
        },
    };
}
