using System.Reflection;
using System.Text.Json;
using Xmtp.Cli.Admin;
using Xmtp.Cli.Content;
using Xmtp.Cli.Output;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Node.Admin;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>The reference page of the <c>xmtp</c> command against the command itself.</summary>
public class CommandPageTests
{
    private static MarkdownFile Page { get; } = MarkdownFile.Get("docs/reference/cli.md");

    [Fact]
    public async Task Verbs_OfTheCommand_AreListedInOrder()
    {
        var verbs = new List<string>();
        foreach (var verb in HelpText.Verbs(await ProgramOutput.OfCommandAsync("--help")))
        {
            var inner = HelpText.Verbs(await ProgramOutput.OfCommandAsync(verb, "--help"));
            verbs.AddRange(inner.Count == 0 ? [verb] : inner.Select(name => $"{verb} {name}"));
        }

        Assert.NotEmpty(verbs);
        Assert.Equal(verbs, Page.Rows("# The `xmtp` command").Select(cells => Words(cells[0])));
    }

    [Fact]
    public async Task Options_OfEveryVerb_AreListed()
    {
        var options = HelpText.Options(await ProgramOutput.OfCommandAsync("--help")).Except(["--help", "--version"]);
        Assert.Equal(options, Page.Rows("## Options of every verb").Select(cells => Words(cells[0])));
    }

    [Fact]
    public async Task Options_OfSingleVerbs_AreListed()
    {
        var common = HelpText.Options(await ProgramOutput.OfCommandAsync("--help"));
        var listed = Page.Rows("## Options of single verbs").ToLookup(cells => Words(cells[1]), cells => Words(cells[0]));

        // The options of a running node have a page of their own.
        string[] ofNodes =
        [
            "node peers", "node check", "node inspect entry", "node inspect log", "node inspect head", "node inspect record", "node status", "node drain", "node resume", "node compact",
            "node retention", "node expire", "node limits", "node lists", "node log-level", "node backup", "node restore", "node export", "node import",
        ];
        string[] groups = ["context", "identity", "inbox", "consent"];
        var ofGroups = new List<string>();
        foreach (var group in groups) ofGroups.AddRange(HelpText.Verbs(await ProgramOutput.OfCommandAsync(group, "--help")).Select(inner => $"{group} {inner}"));
        foreach (var verb in HelpText.Verbs(await ProgramOutput.OfCommandAsync("--help")).Except(["node", .. groups]).Concat(ofNodes).Concat(ofGroups))
        {
            var own = HelpText.Options(await ProgramOutput.OfCommandAsync([.. verb.Split(' '), "--help"])).Except(common);
            Assert.Equal(own.Order(StringComparer.Ordinal), listed.Where(group => group.Key.Split(", ").Contains(verb)).SelectMany(group => group).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Results_Members_AreThoseOfTheJson() => Assert.Equal(
        [
            ("demo", Members<DemoOutput>()), ("node peers", Members<PeerOutput>()), ("node check", Members<NodeCheckOutput>()), ("node inspect entry", Members<EntryOutput>()),
            ("node inspect log", Members<LogOutput>()), ("node inspect head", Members<HeadOutput>()), ("node inspect record", Members<RecordOutput>()),
            ("node status", Members<NodeStatus>()), ("node drain", Members<DrainAnswer>()), ("node resume", Members<StateAnswer>()), ("node compact", Members<CompactAnswer>()),
            ("node retention", Members<RetentionAnswer>()), ("node expire", Members<RemovedAnswer>()), ("node limits", Members<LimitsAnswer>()),
            ("node lists", $"{Members<ListsAnswer>()}; of one list {Members<ListAnswer>()}; of a change {Members<ListChanged>()}"), ("node log-level", Members<LevelForm>()),
            ("node backup, node restore", Members<BackupOutput>()), ("node export, node import", Members<TransferOutput>()),
            ("… reasons", Members<CheckReasonOutput>()), ("… nodes", Members<CheckNodeOutput>()), ("… logs", Members<CheckLogOutput>()), ("… copies", Members<CheckCopyOutput>()),
            ("… verdicts", Members<VerdictOutput>()), ("context …", Members<ContextOutput>()), ("identity create, import, show", Members<IdentityOutput>()),
            ("identity list", Members<IdentityFileOutput>()), ("identity export, passphrase", Members<IdentityExportOutput>()), ("contact", Members<ContactOutput>()),
            ("send, read, stream, inbox read, inbox search", Members<MessageOutput>()), ("send --json-in", Members<SendLineOutput>()), ("inbox list, requests", Members<ConversationOutput>()),
            ("inbox sync", Members<InboxSyncOutput>()), ("consent …", Members<ConsentOutput>()), ("serve", Members<ServeOutput>()), ("decode", Members<DecodeOutput>()), ("error", Members<ErrorOutput>()), ("failures", Members<ErrorOutput>()),
        ],
        Page.Rows("## Results").Select(cells => (cells[0].Replace("`", "", StringComparison.Ordinal), cells[1].Replace("`", "", StringComparison.Ordinal))));

    [Fact]
    public void Content_Members_AreThoseOfTheJson()
    {
        var rows = Page.Rows("### Content").ToDictionary(static cells => cells[0].Trim('`'), static cells => cells[1].Replace("`", "", StringComparison.Ordinal));
        Assert.Equal(Members<ContentForm>(), string.Join(", ", rows.Keys));
        Assert.Equal(
            (Members<ReplyForm>(), Members<ReactionForm>(), Members<AttachmentForm>(), Members<RemoteAttachmentForm>(), Members<TransactionForm>()),
            (rows["reply"], rows["reaction"], rows["attachment"], rows["remoteAttachment"], rows["transactionReference"]));
    }

    [Fact]
    public async Task Kinds_OfBlobs_AreListed()
    {
        var help = await ProgramOutput.OfCommandAsync("decode", "--help");
        Assert.All(Page.Rows("## Looking at a blob"), cells => Assert.Contains(cells[0].Trim('`'), help, StringComparison.Ordinal));
        Assert.Equal(16, Page.Rows("## Looking at a blob").Count());
    }

    [Fact]
    public void ExitCodes_Constants_AreListed() => Assert.Equal(
        typeof(ExitCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.GetRawConstantValue()}"),
        Page.Rows("## Exit codes").Select(cells => cells[0]));

    private static string Members<T>() => string.Join(", ", typeof(T).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)));

    // `xmtp send <address> [text]` is the verb send; `--node <address>` the option --node.
    private static string Words(string cell) => string.Join(' ', cell.Replace("`", "", StringComparison.Ordinal).Split(' ')
        .Where(word => word != "xmtp").TakeWhile(word => !word.StartsWith('<') && !word.StartsWith('[')));
}
