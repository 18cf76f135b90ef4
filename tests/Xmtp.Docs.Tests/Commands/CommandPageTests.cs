using System.Text.Json;
using Xmtp.Cli.Admin;
using Xmtp.Cli.Commands;
using Xmtp.Cli.Content;
using Xmtp.Cli.Outline;
using Xmtp.Cli.Output;
using Xmtp.Docs.Tests.Markdown;
using Xmtp.Node.Admin;

namespace Xmtp.Docs.Tests.Commands;

/// <summary>The reference page of the <c>xmtp</c> command against the command itself.</summary>
public class CommandPageTests
{
    private static MarkdownFile Page { get; } = MarkdownFile.Get("docs/reference/cli.md");

    [Fact]
    public void Verbs_OfTheCommand_AreListed() => Check("verbs", CommandTables.Verbs(CommandTree.Create()));

    [Fact]
    public void Options_OfEveryVerb_AreListed() => Check("common options", CommandTables.CommonOptions(CommandTree.Create()));

    [Fact]
    public void Options_OfSingleVerbs_AreListed() => Check("options", CommandTables.OwnOptions(CommandTree.Create()));

    [Fact]
    public void ExitCodes_OfTheCommand_AreListed() => Check("exit codes", CommandTables.ExitCodesOfVerbs());

    // The tables are only as good as the tree that they are made from.
    [Fact]
    public async Task Verbs_InTheHelp_AreThoseOfTheTree()
    {
        var verbs = new List<string>();
        foreach (var verb in HelpText.Verbs(await ProgramOutput.OfCommandAsync("--help")))
        {
            var inner = HelpText.Verbs(await ProgramOutput.OfCommandAsync(verb, "--help"));
            verbs.AddRange(inner.Count == 0 ? [verb] : inner.Select(name => $"{verb} {name}"));
        }

        Assert.NotEmpty(verbs);
        Assert.Equal(verbs, VerbOutline.Of(CommandTree.Create()).Leaves.Select(static verb => string.Join(' ', verb.Path.Take(2))).Distinct());
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
            ("… verdicts", Members<VerdictOutput>()), ("context …", Members<ContextOutput>()), ("identity create, identity import, identity show", Members<IdentityOutput>()),
            ("identity list", Members<IdentityFileOutput>()), ("identity export, identity passphrase", Members<IdentityExportOutput>()), ("contact", Members<ContactOutput>()),
            ("send, read, stream, inbox read, inbox search", Members<MessageOutput>()), ("send --json-in", Members<SendLineOutput>()), ("inbox list, inbox requests", Members<ConversationOutput>()),
            ("inbox sync", Members<InboxSyncOutput>()), ("consent …", Members<ConsentOutput>()), ("serve", Members<ServeOutput>()), ("decode", Members<DecodeOutput>()), ("bench", Members<BenchOutput>()), ("error", Members<ErrorOutput>()), ("cheat", Members<CheatOutput>()), ("node run, completions, man", "none"),
            ("failures", Members<ErrorOutput>()),
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

    private static string Members<T>() => string.Join(", ", typeof(T).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)));

    private static void Check(string name, string table) => GeneratedText.CheckPart("docs/reference/cli.md", name, table, "the verbs of src/Xmtp.Cli", typeof(CommandPageTests));
}
