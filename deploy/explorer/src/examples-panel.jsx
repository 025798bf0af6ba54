/**
 * The side panel that lists the example queries and opens one in a tab of its own.
 *
 * The examples are also the first visitor's tabs; the panel brings them back once tabs are closed or changed.
 */

import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';

const LightBulbIcon = (props) => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" {...props}>
    <path d="M9 18h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.9.7 1.1 1.4 1.1 2.2h5c0-.8.2-1.5 1.1-2.2A6 6 0 0 0 12 3Z" />
  </svg>
);

function Examples({ examples }) {
  const { addTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const open = (query) => {
    addTab();
    queryEditor.setValue(query);
  };
  return (
    <section aria-label="Examples" className="explorer-examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      <ul>
        {examples.map(({ title, about, query }) => (
          <li key={title}>
            <button type="button" onClick={() => open(query)}>
              <strong>{title}</strong>
              <span>{about}</span>
            </button>
          </li>
        ))}
      </ul>
      <p>
        Keyboard: <kbd>Tab</kbd> moves between the editors, <kbd>Enter</kbd> goes into one, <kbd>Esc</kbd> comes out,{' '}
        <kbd>Ctrl</kbd>+<kbd>Enter</kbd> runs the query.
      </p>
    </section>
  );
}

/** The panel as GraphiQL takes it: a title, an icon and a component without properties. */
export const examplesPanel = (examples) => ({
  title: 'Examples',
  icon: LightBulbIcon,
  content: () => <Examples examples={examples} />,
});
