using Xmtp.Node.Lists;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Admin;

/// <summary>Lists of wallets and nodes.</summary>
internal sealed class ListRoutes(NodeLists lists)
{
    private const int ChangesMax = 10_000;

    public IEnumerable<AdminRoute> All =>
    [
        new(HttpMethods.Get, "/v1/lists", call => call.WriteAsync(
            new ListsAnswer([.. lists.All.Select(static list => new ListSummary(list.Name, list.Path, list.Entries.Count))]), AdminJson.Default.ListsAnswer)),
        new(HttpMethods.Get, "/v1/lists/{name}", call =>
        {
            var (list, entries) = (Find(call.Name), Find(call.Name).Entries);
            return call.WriteAsync(new ListAnswer(list.Name, list.Path, entries.Count, entries), AdminJson.Default.ListAnswer);
        }),
        new(HttpMethods.Post, "/v1/lists/{name}", ChangeAsync),
    ];

    private async Task ChangeAsync(AdminCall call)
    {
        var list = Find(call.Name);
        var change = await call.ReadAsync(AdminJson.Default.ListChange).ConfigureAwait(false);
        var (add, remove) = (Parse(list, "add", change.Add), Parse(list, "remove", change.Remove));
        if (add.Intersect(remove, StringComparer.Ordinal).FirstOrDefault() is { } both) throw AdminCall.Invalid($"{both} is to be added and removed");
        if (list.Path is null)
            throw new XmtpException(ErrorCatalogue.OperationRefused, $"The node was started without --{list.Name}, so there is no file to keep the list in. Start it with one; the file may be empty.");
        try
        {
            var (added, removed) = await lists.ChangeAsync(list, add, remove, call.Token).ConfigureAwait(false);
            foreach (var entry in added) call.Logger.OperatorChanged(call.Address, list.Name, "without " + entry, "with it");
            foreach (var entry in removed) call.Logger.OperatorChanged(call.Address, list.Name, "with " + entry, "without it");
            await call.WriteAsync(new ListChanged(list.Name, added, removed, list.Entries.Count), AdminJson.Default.ListChanged).ConfigureAwait(false);
        }
        catch (FormatException problem)
        {
            throw new XmtpException(ErrorCatalogue.OperationRefused, $"The file {list.Path} has a line that is wrong: {problem.Message}. Correct it first.", problem);
        }
    }

    private OperatorList Find(string name) => lists.All.FirstOrDefault(list => list.Name == name)
        ?? throw new XmtpException(ErrorCatalogue.NotFound, $"there is no list of that name; there are {string.Join(", ", lists.All.Select(static list => list.Name))}");

    private static List<string> Parse(OperatorList list, string member, IReadOnlyList<string>? entries)
    {
        if (entries is null) return [];
        if (entries.Any(static entry => entry is null)) throw AdminCall.Invalid($"{member}: an entry is null");
        if (entries.Count > ChangesMax) throw AdminCall.Invalid($"{member}: at most {ChangesMax} entries at once");
        try
        {
            return [.. entries.Select(list.Parse).Distinct(StringComparer.Ordinal)];
        }
        catch (FormatException problem)
        {
            throw AdminCall.Invalid($"{member}: {problem.Message}");
        }
    }
}
